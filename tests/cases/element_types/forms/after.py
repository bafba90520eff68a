import numpy as np
import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


def tanhshrink(input):
    """x - tanh(x), the tanh written as a sigmoid."""
    return input + 1 - 2 * ops.sigmoid(2 * input)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        steps = ops.arange(1, 6)
        self.a_log = Parameter(ops.log(steps.float()))
        self.betas = ms.Tensor(np.linspace(0.1, 0.9, 5))

    def construct(self, x, ids):
        mask = ids != 1
        places = ops.cumsum(mask.long(), axis=1) * mask
        scale = self.betas[2]
        return x * ops.exp(self.a_log) + self.betas.mean().float(), scale * x, ops.cumsum(mask.int().long(), axis=1), places


def floats():
    x = ms.tensor([1, 2, 3])
    flags = ms.tensor([True, False])
    return x.float().exp(), 2 * ops.sigmoid(2 * x.float()) - 1, ops.sigmoid(flags.float()), x, x.float().atan2(x.float()), ops.logsumexp(x.float(), 0), flags.any()


def joined(x: Tensor):
    values, order = ops.topk(x, 2)
    flags = ms.tensor([True, False])
    counts = ms.tensor([1, 2], dtype=ms.int32)
    return (
        ops.cat([ops.sigmoid(x), ms.tensor([1, 2]).float()]),
        ops.cat([order.long(), ops.arange(2)]),
        ops.stack([flags.long(), ms.tensor([3, 4])]),
        ops.cat([counts.long(), ops.argmax(x).reshape(1)]),
        ops.cat((values, ops.linspace(0, 1, 3)), axis=0),
    )


def beside():
    half = ops.ones((2,), ms.float16)
    return ops.where(half > 0, half, ms.tensor(0.0).half()), ops.maximum(half, ms.tensor(0.5).half()), half


def magnitudes(x: Tensor):
    spectrum = ops.rfft(x)
    return ops.ComplexAbs()(spectrum), ops.ComplexAbs()(spectrum).mean()


def softened():
    counts = ms.tensor([0, 1, -5])
    return ops.softsign(counts.float()), tanhshrink((2 * counts).float())


class Joined(nn.Cell):
    def construct(self, x, places):
        # TODO(torch2ms): [T2M308] the parts of cat come from the caller: they must have one dtype
        #   here, torch brings them to one
        return ops.cat([x, places], axis=1)
