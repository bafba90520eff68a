from mindspore import ops, Tensor


def best(x: Tensor):
    values, order = ops.sort(x, descending=True)
    return values, order.long()


def second(x: Tensor):
    return ops.topk(x, 2)[1].long()


def third(x: Tensor):
    order = ops.sort(x)[1]
    return x[order], ops.topk(x, 1)[1].long().asnumpy(), ops.gather_elements(x, 0, order)


def inner(x: Tensor):
    return order_of(x)[:2], x[order_of(x)]


def order_of(x: Tensor):
    _, order = ops.sort(x)
    return order.long()


def both(x: Tensor):
    values, indices = ops.topk(x, 2)
    return values, indices.long()


def remainder(a: Tensor, b: int) -> Tensor:
    return (a % b).long()


def remainders(x):
    values, places = ops.topk(x, 2)
    return values, remainder(places, 2)
