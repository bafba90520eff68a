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


def directions(x, y):
    z = ops.cross(*broadcast_tensors(x, y), -1) + ops.cross(*broadcast_tensors(x, y), 1)
    return z, ops.cross(*broadcast_tensors(x, y), -1), ops.copysign(*broadcast_tensors(y[0], x)), ops.copysign(x, -1)


def of_points(x):
    a = x[:, 1] - x[:, 0]
    b = x[:, 2] - x[:, 0]
    return ops.cross(a, b, -1), ops.cross(a, b * 2, -1)
