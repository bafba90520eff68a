import torch
from packaging import version

if version.parse(torch.__version__) >= version.parse("2.0"):
    from torch.nn.functional import silu as act
else:
    from apex import act

if version.parse(torch.__version__) >= version.parse("2.0"):
    from torch.nn.functional import relu as other
else:
    from torch.nn.functional import gelu as other

if version.parse(torch.__version__) < version.parse("1.8"):
    from torch._six import container_abcs
else:
    import collections.abc as container_abcs

if hasattr(torch, "relu"):

    def third(x):
        return torch.relu(x) * 2
else:
    from torch.nn.functional import gelu as third


def f(x):
    return act(x) + other(x) + third(x), isinstance([x], container_abcs.Sequence)
