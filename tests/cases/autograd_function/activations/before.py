import torch
from torch import nn


# A memory-efficient swish
class SwishFunction(torch.autograd.Function):
    """x * sigmoid(x), keeping x alone."""

    @staticmethod
    def symbolic(g, i):
        return g.op("Mul", i, g.op("Sigmoid", i))

    @staticmethod
    def forward(ctx, i):
        result = i * torch.sigmoid(i)
        ctx.save_for_backward(i)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        i = ctx.saved_tensors[0]
        sigmoid_i = torch.sigmoid(i)
        return grad_output * (sigmoid_i * (1 + i * (1 - sigmoid_i)))


class Swish(nn.Module):
    def forward(self, x):
        return SwishFunction.apply(x)


class Relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


relu = Relu.apply


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        result, = ctx.saved_tensors
        return grad * result  # y is its own derivative


def both(x):
    return relu(x) + Exp.apply(x)
