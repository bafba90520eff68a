import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


def vmap(func, in_dims=0, out_dims=0):
    """Map a function over an axis of its inputs, sample by sample; `in_dims` and `out_dims` are as in torch."""

    def batched(*args, **kwargs):
        dims = tuple(in_dims) if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        size = next(x.shape[dim] for x, dim in zip(args, dims, strict=True) if dim is not None)
        rows = [(x,) * size if dim is None else ops.unbind(x, dim) for x, dim in zip(args, dims, strict=True)]
        named = {name: ops.unbind(x, 0) for name, x in kwargs.items()}
        results = [func(*(row[i] for row in rows), **{name: x[i] for name, x in named.items()}) for i in range(size)]
        return join(results, out_dims)

    def join(results, dim):
        """Stack tensors, and those of tuples, lists and dicts one by one."""
        first = results[0]
        if isinstance(first, dict):
            return {key: join([result[key] for result in results], dim) for key in first}
        if isinstance(first, (tuple, list)):
            dims = dim if isinstance(dim, (tuple, list)) else (dim,) * len(first)
            columns = zip(zip(*results, strict=True), dims, strict=True)
            return type(first)(join(list(parts), one) for parts, one in columns)
        return first if dim is None else ops.stack(results, dim)

    return batched


SCALE = 0.5


def similar(a, b):
    """How alike two vectors are."""
    product = a * b
    return SCALE * product.sum()


def pair(x):
    return x * 2, x.sum()


def distance(a, b):
    return ops.abs(a - b).sum()


def error(w, x, y):
    return ((x * w).sum() - y) ** 2


def mapped(x: Tensor, y: Tensor):
    rows = ms.vmap(similar)(x, y)
    columns = ms.vmap(similar, in_axes=1)(x, y)
    to_one = ms.vmap(similar, in_axes=(0, None))(x, y[0])
    doubled, totals = ms.vmap(pair)(x)
    sideways = ms.vmap(ops.sin, 0, 1)(x)
    last = ms.vmap(ops.sin, out_axes=-1)(y)
    return rows, columns, to_one, doubled, totals, sideways, last


def nested(x: Tensor, y: Tensor):
    return ms.vmap(ms.vmap(distance, in_axes=(None, 0)), in_axes=(0, None))(x, y)


def by_sample(w: Tensor, x: Tensor, y: Tensor):
    return ms.vmap(ms.grad(error), in_axes=(None, 0, 0))(w, x, y)


def around(x: Tensor, w: Tensor):
    def one(v):
        return v @ w

    return vmap(one)(x), vmap(lambda v: ops.softmax(v, -1))(x)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layer = nn.Dense(4, 3)
        self.weight = Parameter(ops.ones((3,)))

    def one(self, v):
        return (2 * ops.sigmoid(2 * self.layer(v)) - 1) * self.weight

    def construct(self, x):
        return vmap(self.one)(x) + vmap(self.layer, out_dims=1)(x).T
