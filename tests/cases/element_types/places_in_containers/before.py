import torch


def best(scores: torch.Tensor):
    values, indices = scores.topk(2)
    order = torch.sort(scores, descending=True)[1]
    return {"values": values, "indices": indices}, [order, (values, indices)]
