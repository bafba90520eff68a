import torch
import torch.library
from torch._C import DisableTorchFunctionSubclass

keys = torch._C.DispatchKeySet(torch._C.DispatchKey.AutocastCPU) | torch._C.DispatchKeySet(
    torch._C.DispatchKey.AutocastCUDA
)
library = torch.library.Library("lib", "DEF")
library.define("halved(Tensor x) -> Tensor")
for key in ("CPU", "CUDA"):
    library.impl("halved", lambda x: x / 2, key)


@torch.library.impl(library, "doubled", "CPU")
def doubled(x):
    return x * 2


@torch.library.register_fake("lib::doubled")
def doubled_without_data(x):
    return torch.empty_like(x)


def below(x):
    with torch._C._ExcludeDispatchKeyGuard(keys):
        return doubled(x)


def plain(x):
    with DisableTorchFunctionSubclass():
        y = x + 1
    if torch.overrides.has_torch_function((x,)):
        return torch.overrides.handle_torch_function(plain, (x,), x)
    return y


def run(x):
    return plain(x) - 1
