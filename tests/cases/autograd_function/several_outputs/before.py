from torch.autograd import Function


class Reverse(Function):
    @staticmethod
    def forward(ctx, x, alpha): ctx.alpha = alpha; return x.view_as(x)
    @staticmethod
    def backward(ctx, grad): return -ctx.alpha * grad, None


class ProductAndSum(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        ctx.shape = x.size()
        return x * y, x + y

    @staticmethod
    def backward(ctx, a, b):
        """Two gradients arrive, two go on."""
        left, y = ctx.saved_tensors
        if left.dim() > 1:
            return a * y + b, a * left + b
        return (a * y).view(ctx.shape), b


def f(x, y):
    a, b = ProductAndSum.apply(x, y)
    return Reverse.apply(a, 2.0) + b
