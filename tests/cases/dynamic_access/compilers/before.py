import torch

_compiling = getattr(torch.compiler, "is_compiling", None) or getattr(torch._dynamo, "is_compiling", None)
_exporting = getattr(torch.compiler, "is_exporting", None)


def compiling():
    if hasattr(torch._dynamo, "is_compiling"):
        return torch._dynamo.is_compiling()
    return _compiling is not None and _compiling() or _exporting is not None


def relu(x):
    return torch.relu(x) if not compiling() else x
