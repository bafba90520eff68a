import torch


def likes(x):
    zeros = torch.zeros_like(x)
    total = zeros
    total += x
    filled = torch.full_like(x, 2.0)
    other = filled
    other *= 3
    ones = [torch.ones_like(x)]
    first = ones[0]
    first -= x
    return zeros, total, filled, other, ones[0], first


def news(x: torch.Tensor):
    zeros = x.new_zeros(2, 3)
    kept = zeros
    zeros += x
    values = x.new_tensor([1.0, 2.0, 3.0])
    same = values
    same += 1
    return zeros, kept, values, same


def momentum(x: torch.Tensor):
    buffers = [torch.zeros_like(row) for row in x]
    for _ in range(2):
        for buffer, row in zip(buffers, x):
            buffer += row
    kept = []
    total = x.new_zeros(3)
    for row in x:
        total += row
        kept.append(total)
    return buffers, kept


def sizes_hold_nothing(x: torch.Tensor):
    rows = x.size(0)
    count = rows
    count += 1
    return x[:rows], count
