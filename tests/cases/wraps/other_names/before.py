import functools

import torch


def wraps(function):
    return lambda other: function


@wraps(torch.foreach_of_all)
def relu(x):
    return torch.foreach_of_all(x)


kept = functools.wraps(torch.foreach_of_all)(relu)
