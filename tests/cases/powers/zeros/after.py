from mindspore import ops, Tensor


def polynomial(x: Tensor, coefficients):
    # TODO(torch2ms): [T2M301] ops.ones_like(x) where the exponent is 0 (the gradient of x ** 0 is
    #   NaN in MindSpore where x is 0, and 0 in torch; the exponent may be 0 here)
    total = sum(c * x ** i for i, c in enumerate(coefficients))
    # TODO(torch2ms): [T2M301] ops.ones_like(x) where the exponent is 0 (the gradient of x ** 0 is
    #   NaN in MindSpore where x is 0, and 0 in torch; the exponent may be 0 here)
    return total + ops.stack([x ** k for k in range(3)]).sum(0), x.unsqueeze(-1) ** ops.arange(3)


def power(x: Tensor, n: int = 0):
    # TODO(torch2ms): [T2M301] ops.ones_like(x) where the exponent is 0 (the gradient of x ** 0 is
    #   NaN in MindSpore where x is 0, and 0 in torch; the exponent may be 0 here)
    return x.pow(n)


def transmitted(alpha: Tensor):
    # TODO(torch2ms): [T2M301] keep the input from 0, or multiply step by step if a gradient goes
    #   through it (the gradient of cumprod is NaN in MindSpore where its input is 0)
    return ops.cumprod(1.0 - alpha, dim=-1), ops.cumprod(alpha, 0)
