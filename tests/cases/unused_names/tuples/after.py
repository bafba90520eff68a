import mindspore as ms
from mindspore import ops, Tensor


def pair(x, y):
    dtype = x.dtype
    return ops.full((2,), 3.0, dtype=dtype) + y


def triple(x):
    (rows, columns), size = x.shape, 0.5  # three
    return ops.full((rows, columns), 2.0, dtype=ms.float32) * size + x


def called(x, make):
    make()
    return ops.ones((2,)) + x


def walrus(x):
    y = (x).exp()
    return y + ops.ones((2,))


def repeated(x, counts: Tensor):
    return ops.repeat_interleave(x, counts)


def annotated(x):
    return ops.ones((2,)) + x


def named_elsewhere(x):
    device = str(x.device)
    return x, len(device) > 0


def counted(x):
    n = 0
    for _ in range(3):
        n += 1
    return ops.ones((2,)) + x
