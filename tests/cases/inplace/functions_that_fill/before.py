import math

import torch


def _trunc_normal_(tensor: torch.Tensor, mean, std):
    with torch.no_grad():
        tensor.uniform_(-0.5, 0.5)
        tensor.erfinv_()
        tensor.mul_(std * math.sqrt(2.0)).add_(mean)
        tensor.clamp_(min=-1, max=1)
    return tensor


def scaled_(tensor: torch.Tensor, factor):
    own = tensor.clone()
    own.mul_(factor)
    tensor = tensor + own
    tensor.add_(1)
    return tensor


def scale(tensor: torch.Tensor, factor):
    tensor.mul_(factor)
    return tensor
