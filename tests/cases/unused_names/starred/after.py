from mindspore import ops


def behind(x):
    b, n = x.shape
    return ops.arange(n) + b


def behind_others(x):
    _, n, dim, dtype = *x.shape, 4, x.dtype  # sizes first
    return ops.zeros((n, dim), dtype)


def rest(x):
    *rows, columns = x.shape
    return ops.ones(columns) + rows[0]


def one_name(x):
    rows, = x.shape[:1]
    return ops.zeros(rows)


def all_in_one(x):
    *sizes, = x.shape
    *some, = 1,
    return ops.zeros(sizes[0]) + ops.ones((2,)) + some[0]


def between(x):
    rows, *sizes = x.shape[0], *x.shape
    return ops.zeros(rows) + sizes[0]


def not_known(x, sizes):
    device, *rows = sizes
    return ops.zeros((2,)) + device + len(rows)
