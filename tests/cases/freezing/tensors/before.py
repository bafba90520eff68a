import torch


def saliency(net, x: torch.Tensor):
    x.requires_grad_()
    x.requires_grad = True
    y = torch.ones(3, requires_grad=True)
    if x.requires_grad:
        print(y)
    return x
