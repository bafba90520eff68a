import mindspore as ms
from mindspore import ops, Tensor


def starred(xs):
    # TODO(torch2ms): [T2M308] cast them to one dtype (cat takes parts of one dtype in MindSpore: of
    #   some of them it cannot be told here)
    return ops.cat([*xs, ops.arange(3)])


def collected(xs):
    parts = []
    for x in xs:
        parts.append(x)
    parts.append(ops.arange(2))
    # TODO(torch2ms): [T2M308] cast them to one dtype (cat takes parts of one dtype in MindSpore: of
    #   some of them it cannot be told here)
    return ops.cat(parts)


def shared(ids, x: Tensor):
    parts = [ops.arange(2), x.float()]
    # TODO(torch2ms): [T2M308] cast them where they are made (the parts of cat are of several
    #   dtypes: they must have one here, torch brings them to one)
    return ops.cat(parts), parts


def doubles(xs):
    # TODO(torch2ms): [T2M308] cast them to one dtype (cat takes parts of one dtype in MindSpore: of
    #   some of them it cannot be told here)
    return ops.cat([*xs, ops.ones((1,), ms.float64)])
