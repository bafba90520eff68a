import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor) -> Tensor:
        return 2 * x

    @staticmethod
    def backward(ctx: FunctionCtx, grad: Tensor) -> Tensor:
        return 2 * grad


def double(x: Tensor) -> Tensor:
    return Double.apply(x)
