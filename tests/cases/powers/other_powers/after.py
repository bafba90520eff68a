import mindspore as ms
from mindspore import ops, Tensor


def squares(x: Tensor, exponent: float = 3.0):
    return x ** 2 + x.pow(3) + ops.pow(x, exponent) + sum(x ** i for i in range(1, 3))


def schedule(steps: int = 4):
    betas = ops.linspace(0.1, 0.2, steps)
    alphas = 1.0 - betas
    return ops.cumprod(alphas, dim=0), 2.0 ** ops.arange(steps), ops.linspace(0.0, 1.0, steps) ** ops.arange(steps)


class Scheduler:
    def __init__(self, steps: int, given=None):
        if given is not None:
            self.betas = ms.tensor(given, dtype=ms.float32)
        else:
            self.betas = ops.linspace(0.1, 0.2, steps).astype(ms.float32) ** 2
        self.alphas = 1.0 - self.betas
        self.alphas_cumprod = ops.cumprod(self.alphas, dim=0)


def kept_from_zero(alpha: Tensor):
    transmitted = ops.cumprod(1.0 - alpha + 1e-10, dim=-1)
    return transmitted, Scheduler(3).alphas_cumprod, ops.cumprod((alpha > 0).long(), -1), [alpha.exp() ** k for k in range(3)]
