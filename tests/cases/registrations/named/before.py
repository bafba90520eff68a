import torch
from torch import nn

if hasattr(torch.serialization, "add_safe_globals"):
    torch.serialization.add_safe_globals([dict])

if hasattr(torch.library, "register_fake"):
    register_fake = torch.library.register_fake
else:
    register_fake = torch.library.impl_abstract

try:
    torch.serialization.add_safe_globals([set])
except AttributeError:
    pass

_custom_op = torch.library.custom_op
for kind in (list, tuple):
    torch.serialization.add_safe_globals([kind])


@_custom_op("named::tripled", mutates_args=())
def tripled(x: torch.Tensor) -> torch.Tensor:
    return x * 3


@register_fake("named::tripled")
def tripled_fake(x):
    return torch.empty_like(x)


with torch.library._scoped_library("named2", "FRAGMENT") as library:
    library.define("halved(Tensor x) -> Tensor")
    library.impl("halved", lambda x: x / 2, "CPU")


class Net(nn.Module):
    def forward(self, x):
        return x + 1 if hasattr(torch.onnx, "nothing_of_this_name") else tripled(x.detach()) + x
