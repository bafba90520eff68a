"""A cast to the dtype that a tensor has is the tensor; MindSpore copies where it is a view."""

import torch


def of_views(x):
    rows = torch.arange(6.0).reshape(2, 3)
    same = rows.float()
    same += 1
    flat = torch.zeros(2, 3).view(6)
    alike = flat.type_as(x)
    alike.add_(x.sum())
    return rows, flat


def of_new_tensors(x):
    steps = torch.arange(3.0)
    same = steps.float()
    same += 1
    total = (x * 2).view(-1).float()
    total *= 2  # nobody else holds it
    return steps, total
