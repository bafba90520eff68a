import mindspore as ms
from mindspore import ops, Tensor


def best(x: Tensor):
    values, places = ops.topk(x, 2, dim=1)
    assert places.long().dtype == ms.int64
    kind = places.long().dtype
    return places.long() if kind is ms.int64 else values


def check(places: Tensor):
    if places.long().dtype not in (ms.int64, ms.int32):
        raise TypeError("places are integers")
    return places.long().dtype == ms.int64


def places_of(x: Tensor):
    values, places = ops.sort(x, 1)
    low, middle = ops.median(x, 1, False)
    return check(places), check(ops.argmax(x, 1)), middle.long().dtype == ms.int64, ops.zeros((2,), places.long().dtype)


def gathered(x: Tensor):
    found = []
    for count in (1, 2):
        values, places = ops.topk(x, count)
        found.append(places.long())
    return found


def named(x: Tensor):
    values, places = ops.sort(x, 1)
    return {"places": places.long(), "next": (places + 1).long(), "beside": [values, places[0].long()]}
