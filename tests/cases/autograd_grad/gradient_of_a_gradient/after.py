import mindspore as ms
from mindspore import ops, Tensor


def curvature(x):
    x = x.copy()
    def forward_fn(x):
        return (x**3).sum()

    slope = ms.grad(forward_fn)(x)
    def forward_fn2(x):
        slope = ms.grad(forward_fn)(x)
        return slope.sum()

    return ops.stop_gradient(ms.grad(forward_fn2)(x)), ops.stop_gradient(slope)


def by_item(x):
    x = x.copy()
    def forward_fn(x):
        return ops.sin(x).sum()

    def forward_fn2(x):
        slope = ms.grad(forward_fn)(x)
        return (slope * slope).sum(), slope

    bend, (slope,) = ms.grad(forward_fn2, has_aux=True)(x)
    bend = ops.stop_gradient(bend)
    return bend, ops.stop_gradient(slope)


def of_both(x: Tensor, w: Tensor):
    x = x.copy()
    w = w.copy()
    def forward_fn(x, w):
        return (x * x * w).sum()

    def forward_fn2(x):
        of_x, of_w = ms.grad(forward_fn, (0, 1))(x, w)
        return (of_x * of_w).sum()

    bend = ops.stop_gradient(ms.grad(forward_fn2)(x))
    return bend


def main(x, w):
    return curvature(x), by_item(x), of_both(x, w)
