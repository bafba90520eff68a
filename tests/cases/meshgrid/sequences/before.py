import torch


def a(x, y):
    return torch.meshgrid((x, y), indexing="ij")


def b(n: int):
    grids = (torch.arange(n), torch.arange(n))
    return torch.meshgrid(grids, indexing="ij")


def c(n: int):
    grids = [torch.arange(n), torch.arange(n)]
    return torch.meshgrid(grids)


def d(n: int, sizes):
    return torch.meshgrid(*[torch.arange(s) for s in sizes], indexing="ij"), torch.meshgrid(tuple(torch.arange(s) for s in sizes), indexing="xy")


def e(grids):
    return torch.meshgrid(grids, indexing="ij")


def run(x, y):
    made = [*a(x, y), *b(3), *c(2), *e((x, y)), *e([x, y])]
    first, second = d(3, (2, 3))
    return [*made, *first, *second]
