from mindspore import ops


def a(x, y):
    return ops.meshgrid(x, y, indexing="ij")


def b(n: int):
    grids = (ops.arange(n), ops.arange(n))
    return ops.meshgrid(*grids, indexing="ij")


def c(n: int):
    grids = [ops.arange(n), ops.arange(n)]
    return ops.meshgrid(*grids, indexing="ij")


def d(n: int, sizes):
    return ops.meshgrid(*[ops.arange(s) for s in sizes], indexing="ij"), ops.meshgrid(*tuple(ops.arange(s) for s in sizes), indexing="xy")


def e(grids):
    return ops.meshgrid(*grids, indexing="ij")


def run(x, y):
    made = [*a(x, y), *b(3), *c(2), *e((x, y)), *e([x, y])]
    first, second = d(3, (2, 3))
    return [*made, *first, *second]
