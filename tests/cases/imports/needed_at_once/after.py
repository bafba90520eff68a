import torch
from mindspore import ops
import torch.distributed as dist
from torch import fx, nn
from torch.nn.utils import prune
from torch.nn import attention


# TODO(torch2ms): [T2M401] a function with a backward of its own, with more in it than a forward…
class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, mask):
        ctx.mark_dirty(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this…
        return x * 2


# TODO(torch2ms): [T2M801] MindSpore has no graphs of Python code to edit: change the Cells…
class Tracer(fx.Tracer):
    pass


# TODO(torch2ms): [T2M205] torch.nn.utils.prune.L1Unstructured is not in the tables
def pruned(net, method=prune.L1Unstructured):
    return method(net)


# TODO(torch2ms): [T2M205] torch.distributed.algorithms.join is not in the tables
@dist.algorithms.join
def joined(x):
    # TODO(torch2ms): [T2M702] another library: mindspore.communication.GlobalComm.BACKEND
    return dist.get_backend()


class Holder:
    # TODO(torch2ms): [T2M205] torch.nn.attention.SDPBackend is not in the tables
    kind = attention.SDPBackend

    def get(self):
        # TODO(torch2ms): [T2M205] torch.nn.attention.SDPBackend.MATH is not in the tables
        return attention.SDPBackend.MATH


# TODO(torch2ms): [T2M201] the pooling regions are random and drawn differently…
handlers = {"pool": lambda: nn.FractionalMaxPool2d(2, output_size=2)}


def pool(x):
    # TODO(torch2ms): [T2M201] the pooling regions are random and drawn differently…
    return nn.FractionalMaxPool2d(2, output_size=2)(ops.relu(x))
