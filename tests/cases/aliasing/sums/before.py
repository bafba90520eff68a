import operator

import torch


def from_number(tensors):
    # What the list holds stays in MindSpore.
    total, seen = 0, []
    for tensor in tensors:
        total += tensor
        seen.append(total)
    return seen


def alone(tensors):
    total, seen = 0, []
    for tensor in tensors:
        total += tensor
        seen.append(float(total.sum()))
    return total, seen


def functions():
    a = torch.ones(2)
    b = a
    a = operator.iadd(a, 1)
    c = torch.ones(2)
    d = c
    c.__iadd__(1)
    return a, b, c, d


def interrupted():
    a = torch.ones(2)
    b = a
    try:
        a += 1
        raise ValueError
    except ValueError:
        pass
    return a, b


def make():
    return [torch.ones(2), torch.ones(2) * 2]


def kept():
    return from_number(make())
