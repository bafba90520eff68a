import torch


def distances(x: torch.Tensor, table: torch.Tensor):
    d = x.square().sum(1, keepdim=True) + table.square().sum(1)
    d.addmm_(x, table.T, alpha=-2, beta=1)
    return d, d.argmin(dim=1)


def identity_block(n: int, k: int):
    mask = torch.zeros(n, n)
    mask[:k, :k] = -1e4
    mask[:k, :k].fill_diagonal_(0)
    return mask


def batches(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor):
    y = x * 2
    y.baddbmm_(a, b, beta=0.5)
    y[0].addmm_(a[0], b[0])
    y[1].addbmm_(a, b, alpha=0.5)
    return y


def vectors(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor):
    y = x.clone()
    y.addr_(a, b, alpha=3)
    y[0].addmv_(x.T, a)
    y.addcmul_(x, x, value=0.1).addcdiv_(x, x.abs() + 1, value=2)
    return y
