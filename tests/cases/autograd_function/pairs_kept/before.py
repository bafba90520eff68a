import torch


class F2(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a, b):
        ctx.a, ctx.b = a, b
        ctx.save_for_backward(x)
        return x * a + b

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        a, scale = ctx.a, ctx.b
        return g * a * scale, None, None


class F3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.shape = ctx.size = x.shape
        ctx.n, ctx.k = n, n + 1
        return x.reshape(-1) * n

    @staticmethod
    def backward(ctx, g):
        return (g * ctx.n * ctx.k).reshape(ctx.shape), None


def use(x: torch.Tensor):
    return F2.apply(x, 2.0, 3.0) + F3.apply(x, 4).sum()
