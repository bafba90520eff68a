import torch


@torch.no_grad()
def never(x):
    if torch.is_grad_enabled():
        return x * 2
    return x + 1


def inside(x):
    with torch.no_grad():
        if not torch.is_grad_enabled():
            y = x + 1
        else:
            y = x * 3
        with torch.enable_grad():
            z = x * 2 if torch.is_grad_enabled() else x
    return y + z
