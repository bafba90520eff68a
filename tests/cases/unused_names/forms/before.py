import torch


def limit(x, most):
    device = x.device if isinstance(x, torch.Tensor) else x[0].device
    other = x.device
    size = x.shape[0]
    return torch.full((size,), most, device=device) + torch.zeros(size, device=other)


def nested(x):
    device = x.device

    def inner():
        return torch.ones(2, device=device)

    return inner() + x
