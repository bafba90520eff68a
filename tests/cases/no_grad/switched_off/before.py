import torch


def evaluate(x: torch.Tensor):
    torch.set_grad_enabled(False)
    y = torch.sigmoid(x)
    torch.set_grad_enabled(True)
    return y * 2
