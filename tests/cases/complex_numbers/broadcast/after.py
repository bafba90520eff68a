import numpy as np
import mindspore as ms
from mindspore import ops


def broadcast_tensors(*tensors):
    """Broadcast tensors to their common shape, as torch.broadcast_tensors does."""
    shape = np.broadcast_shapes(*[t.shape for t in tensors])
    return tuple(ops.broadcast_to(t, shape) for t in tensors)


def spectrum(x, phase):
    z = ops.polar(*broadcast_tensors(x.abs(), phase))  # a phase for each row
    return ops.view_as_real(z)


def constant_part(x):
    return ops.view_as_real(ops.Complex()(*broadcast_tensors(x, ms.tensor(0.5))))


def by_name(x, y):
    return ops.view_as_real(ops.Complex()(*broadcast_tensors(x, y)))


def one_shape(x):
    z = ops.Complex()(x[..., 0], x[..., 1])
    turn = ops.polar(ops.ones((3,)), ops.arange(3.0))
    angle = ops.real(z) * 2
    again = ops.Complex()(ops.cos(angle), angle.sin())
    zero = ops.Complex()(angle, ops.zeros_like(angle))
    return ops.real(z), ops.imag(turn), ops.imag(again), ops.real(zero)
