import mindspore as ms
from mindspore import ops


def starred(xs, ids):
    return ops.cat([*xs, ids.float()])


def added(xs, ids):
    return ops.stack([ids.float()] + xs, axis=1)


def collected(x, count):
    parts = [ops.arange(count).float()]
    parts += [x]
    parts.append(ms.tensor(x.shape).float())
    parts.extend([x + 1, (x > 0).float()])
    return ops.cat(parts)


def inserted():
    parts = [ops.ones((3,))]
    parts.insert(0, ops.arange(2).float())
    return ops.cat(parts)


def entries():
    named = {"scores": ops.ones((2,))}
    named["ids"] = ops.arange(3)
    return ops.cat([named["scores"], named["ids"].float()])


def of_one_dtype(xs):
    ids = [ops.arange(3)]
    return ops.cat([*ids, ops.arange(2)]), ops.cat([*xs, xs[0]]), ops.cat(xs + [ops.zeros((2,))])


def main():
    xs, ids = [ops.ones((4,)), ops.zeros((4,))], ops.arange(4)
    return starred(xs, ids), added(xs, ids), collected(xs[0], 3), inserted(), entries(), of_one_dtype(xs)
