import torch


def alone(x: torch.Tensor):
    y = x * 2
    y.t_()
    y.unsqueeze_(0)
    return y.squeeze_()


def other_names(x: torch.Tensor):
    y = x * 2
    z = y
    y.unsqueeze_(1)
    return y, z


def turned(x: torch.Tensor):
    x.t_()


def held(x: torch.Tensor):
    y = x * 2
    kept = [y]
    y.t_()
    return kept[0]
