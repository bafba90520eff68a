import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import fx, nn
from torch.nn.utils import prune
from torch.nn import attention


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, mask):
        ctx.mark_dirty(x)
        return x.mul_(2)


class Tracer(fx.Tracer):
    pass


def pruned(net, method=prune.L1Unstructured):
    return method(net)


@dist.algorithms.join
def joined(x):
    return dist.get_backend()


class Holder:
    kind = attention.SDPBackend

    def get(self):
        return attention.SDPBackend.MATH


handlers = {"pool": lambda: nn.FractionalMaxPool2d(2, output_size=2)}


def pool(x):
    return nn.FractionalMaxPool2d(2, output_size=2)(F.relu(x))
