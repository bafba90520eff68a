import mindspore as ms
from mindspore import ops


def gather(x):
    found = ms.tensor([])
    for row in x:
        found = ops.cat((found, row.reshape(-1)))
    return found


def joined(x):
    return ops.cat([ops.zeros((0,)), x.reshape(-1)]), ops.cat([ops.zeros((0, 4)), x]), ops.cat([ops.stop_gradient(x)[:0], x], axis=0)


def listed(x):
    rows = []
    for row in x:
        rows.append(row[None] * 2)
    return ops.cat(rows)
