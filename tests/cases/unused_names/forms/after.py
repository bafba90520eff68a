import mindspore as ms
from mindspore import ops


def limit(x, most):
    size = x.shape[0]
    return ops.full((size,), most, dtype=ms.tensor(most).dtype) + ops.zeros((size,))


def nested(x):
    def inner():
        return ops.ones((2,))

    return inner() + x
