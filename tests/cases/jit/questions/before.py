import torch
from torch import Tensor
from torch._C import _functorch


def doubled(x: torch.torch.Tensor, y: "torch.torch.Tensor") -> Tensor:
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return x + x
    if _functorch.is_legacy_batchedtensor(x) or torch.torch._C._functorch.is_batchedtensor(y):
        return y + y
    return torch.torch.relu(x.size(0) * x) * 2 if not torch.compiler.is_dynamo_compiling() else y


def run(x):
    return doubled(x, x) if isinstance(x, torch.torch.Tensor) else x
