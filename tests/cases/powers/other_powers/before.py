import torch


def squares(x: torch.Tensor, exponent: float = 3.0):
    return x ** 2 + x.pow(3) + torch.pow(x, exponent) + sum(x ** i for i in range(1, 3))


def schedule(steps: int = 4):
    betas = torch.linspace(0.1, 0.2, steps)
    alphas = 1.0 - betas
    return torch.cumprod(alphas, dim=0), 2.0 ** torch.arange(steps), torch.linspace(0.0, 1.0, steps) ** torch.arange(steps)


class Scheduler:
    def __init__(self, steps: int, given=None):
        if given is not None:
            self.betas = torch.tensor(given, dtype=torch.float32)
        else:
            self.betas = torch.linspace(0.1, 0.2, steps, dtype=torch.float32) ** 2
        self.alphas = 1.0 - self.betas
        self.alphas_cumprod = torch.cumprod(self.alphas, dim=0)


def kept_from_zero(alpha: torch.Tensor):
    transmitted = torch.cumprod(1.0 - alpha + 1e-10, dim=-1)
    return transmitted, Scheduler(3).alphas_cumprod, (alpha > 0).cumprod(-1), [alpha.exp() ** k for k in range(3)]
