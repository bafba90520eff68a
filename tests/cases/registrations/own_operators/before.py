import torch
from torch import Tensor
from torch.library import custom_op, register_autograd


@torch.library.custom_op("own::scaled", mutates_args=())
def scaled(x: Tensor, factor: float) -> Tensor:
    return x * factor


@scaled.register_fake
def _(x, factor):
    return torch.empty_like(x)


@scaled.register_kernel("cuda")
def scaled_on_cuda(x, factor):
    return x * factor


def setup_context(ctx, inputs, output):
    ctx.factor = inputs[1]


def backward(ctx, grad):
    return grad * ctx.factor, None


scaled.register_autograd(backward, setup_context=setup_context)


@custom_op("own::shifted", mutates_args=(), device_types="cpu")
def shifted(x: Tensor) -> Tensor:
    return x + 1


register_autograd("own::shifted", lambda ctx, grad: grad)


def _halved(x: Tensor) -> Tensor:
    return x / 2


halved = custom_op("own::halved", _halved, mutates_args=())
halved.register_autograd(lambda ctx, grad: grad / 2)


def run(x):
    return scaled(x, 2.0) + torch.ops.own.shifted(x) + torch.ops.own.scaled.default(x, 3.0) + halved(x)
