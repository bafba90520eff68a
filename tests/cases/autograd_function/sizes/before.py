import torch
from torch.autograd import Function


class Pad(Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.n = n
        ctx.length = x.shape[1]
        ctx.sizes = (x.size(0), x.shape[1] + n)
        return torch.cat([x, x[:, :n]], dim=1)

    @staticmethod
    def backward(ctx, grad):
        extra = grad[:, ctx.length:]
        scale = ctx.sizes[1] - ctx.n
        rest = torch.zeros(ctx.sizes[0], ctx.length - ctx.n)
        return (grad[:, :ctx.length] + torch.cat([extra, rest], dim=1)) * scale / ctx.length, None


def pad(x):
    return Pad.apply(x, 2)
