import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import fx, nn
from torch.nn.utils import prune
from torch.utils.data import get_worker_info


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return F.relu(self.fc(x))

    def pruned(self):
        """Without its smallest weights."""

        prune.l1_unstructured(self.fc, "weight", amount=3)
        return self

    async def traced(self):
        """As a graph."""
        return fx.symbolic_trace(self)

    @property
    def graph(self): return fx.symbolic_trace(self).graph


def worker():
    import os

    info = get_worker_info()
    return os.getpid() if info is None else info.id


def sparse(x):
    def product(y):
        # the names of the function around are its own
        return torch.sparse.spdiags(x, y)

    def total(F):
        return F + 1

    return product(x), total(3)


def both(x):
    found = [torch.sparse.spdiags(y, y) for y in x]

    def later(y):
        return torch.sparse.sum(y)

    return found, later, lambda y: torch.sparse.spdiags(y, y)


def rank():
    import torch

    return dist.get_process_group_ranks(None)[0] + torch.zeros(1)
