import mindspore as ms
from mindspore import ops


def loss(x, y):
    return ((x - y) ** 2).sum()


def slope():
    x = ms.tensor([1.0, 2.0])
    y = ms.tensor([0.5, 3.0])
    def forward_fn(x):
        return loss(x, y)

    return ops.stop_gradient(ms.grad(forward_fn)(x))
