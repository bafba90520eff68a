import torch


def polynomial(x: torch.Tensor, coefficients):
    total = sum(c * x ** i for i, c in enumerate(coefficients))
    return total + torch.stack([x ** k for k in range(3)]).sum(0), x.unsqueeze(-1) ** torch.arange(3)


def power(x: torch.Tensor, n: int = 0):
    return x.pow(n)


def transmitted(alpha: torch.Tensor):
    return torch.cumprod(1.0 - alpha, dim=-1), alpha.cumprod(0)
