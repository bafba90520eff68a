from mindspore import nn, ops
from mindspore.dataset.dataloader import get_worker_info


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return ops.relu(self.fc(x))

    def pruned(self):
        """Without its smallest weights."""
        from torch.nn.utils import prune

        # TODO(torch2ms): [T2M201] multiply the weight by a mask in construct (MindSpore has no
        #   pruning of this kind)
        prune.l1_unstructured(self.fc, "weight", amount=3)
        return self

    async def traced(self):
        """As a graph."""
        from torch import fx

        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return fx.symbolic_trace(self)

    @property
    def graph(self):
        from torch import fx
        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return fx.symbolic_trace(self).graph


def worker():
    import os

    info = get_worker_info()
    return os.getpid() if info is None else info.id


def sparse(x):
    def product(y):
        import torch

        # the names of the function around are its own
        # TODO(torch2ms): [T2M205] convert it by hand (torch.sparse.spdiags is not in the tables)
        return torch.sparse.spdiags(x, y)

    def total(F):
        return F + 1

    return product(x), total(3)


def both(x):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.sparse.spdiags is not in the tables)
    found = [torch.sparse.spdiags(y, y) for y in x]

    def later(y):
        # TODO(torch2ms): [T2M201] keep the tensor dense and call .sum(dim) (the sum over an axis is
        #   sparse)
        return torch.sparse.sum(y)

    # TODO(torch2ms): [T2M205] convert it by hand (torch.sparse.spdiags is not in the tables)
    return found, later, lambda y: torch.sparse.spdiags(y, y)


def rank():
    import torch.distributed as dist

    # TODO(torch2ms): [T2M205] convert it by hand (torch.distributed.get_process_group_ranks is not
    #   in the tables)
    return dist.get_process_group_ranks(None)[0] + ops.zeros((1,))
