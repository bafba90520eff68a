from mindspore import ops, Tensor


def best(scores: Tensor):
    values, indices = ops.topk(scores, 2)
    order = ops.sort(scores, descending=True)[1]
    return {"values": values, "indices": indices.long()}, [order.long(), (values, indices.long())]
