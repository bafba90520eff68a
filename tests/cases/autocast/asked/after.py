import mindspore as ms
from mindspore import nn


def asked(x):
    if x.dtype == ms.float32:
        x = x * 2
    dtype = x.dtype
    return x.to(dtype)


def maybe_autocast(enabled):
    if enabled:
        import torch

        # TODO(torch2ms): [T2M201] mindspore.amp.auto_mixed_precision(net, 'O1') (MindSpore casts a
        #   network, not a block)
        return torch.autocast("cpu", enabled=True)
    return None


class Square(nn.Cell):
    def construct(self, x):
        return x * x

    def bprop(self, x, out, grad):
        return (2 * x * grad,)


class Net(nn.Cell):
    def construct(self, x):
        return Square()(x)
