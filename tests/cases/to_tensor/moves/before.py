import torch


def move(x: torch.Tensor, y: torch.Tensor, device):
    x = x.to(device)
    x, y = x.cuda(), y.cuda(non_blocking=True)
    return x.cpu().numpy(), y.to(device) + x.to("cuda:0", non_blocking=True)
