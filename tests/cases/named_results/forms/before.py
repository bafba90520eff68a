import torch


def run(x: torch.Tensor):
    values = x.max(dim=1).values
    indices = torch.max(x, 1).indices
    first = x.max(1)[0]
    best, place = x.max(1)
    result = torch.sort(x, dim=1)
    top = x.topk(3)
    _, kept = torch.topk(x, 2, dim=-1)
    low = torch.min(x, dim=0)[1]
    return values + first + result.values + top.values, indices, place, result.indices.long(), low, best, kept.long()
