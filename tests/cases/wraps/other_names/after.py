import functools

import torch


def wraps(function):
    return lambda other: function


# TODO(torch2ms): [T2M205] convert it by hand (torch.foreach_of_all is not in the tables)
@wraps(torch.foreach_of_all)
def relu(x):
    # TODO(torch2ms): [T2M205] convert it by hand (torch.foreach_of_all is not in the tables)
    return torch.foreach_of_all(x)


# TODO(torch2ms): [T2M205] convert it by hand (torch.foreach_of_all is not in the tables)
kept = functools.wraps(torch.foreach_of_all)(relu)
