import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import Normal


class Embedding(nn.Embedding):
    """nn.Embedding with torch's parameters and torch's initial values."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, sparse=False, device=None, dtype=None):
        if padding_idx is not None:
            padding_idx = padding_idx % num_embeddings
        super().__init__(num_embeddings, embedding_dim, embedding_table=Normal(1.0), padding_idx=padding_idx)
        if dtype is not None:
            self.embedding_table.set_dtype(dtype)

    def construct(self, ids):
        out = ops.gather(self.embedding_table, ids, 0)
        if self.padding_idx is None:
            return out
        keep = (ids != self.padding_idx).astype(out.dtype).expand_dims(-1)
        return out * keep + ops.stop_gradient(out) * (1 - keep)


class _Linear(nn.Dense):
    """nn.Dense with torch's parameters."""

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__(in_features, out_features, has_bias=bool(bias), dtype=dtype or ms.float32)


class Low:
    def __init__(self, rank, scale=1.0):
        self.rank = rank
        self.scale = scale
        self.merged = False


class Linear(_Linear, Low):
    def __init__(self, i, o, rank=2, **options):
        _Linear.__init__(self, i, o, **options)
        Low.__init__(self, rank, scale=0.5)
        self.a = Parameter(ops.ones((rank, i)))
        self.b = Parameter(ops.ones((o, rank)))

    # TODO(torch2ms): [T2M305] set_train() of a parent sets the flags of its children and does not
    #   call this one
    def set_train(self, mode=True):
        _Linear.set_train(self, mode)
        self.merged = not mode
        return self

    def construct(self, x):
        return _Linear.construct(self, x) + (x @ self.a.t() @ self.b.t()) * self.scale


class Conv(nn.Conv2d):
    def __init__(self, i, o):
        nn.Conv2d.__init__(self, i, o, 3, pad_mode='pad', padding=1, has_bias=False)  # as large as before

    def construct(self, x):
        return nn.Conv2d.construct(self, x) * 2


class Norm(nn.BatchNorm2d):
    def __init__(self, n):
        nn.BatchNorm2d.__init__(self, n, momentum=0.7)

    def construct(self, x):
        return ops.relu(nn.BatchNorm2d.construct(self, x))


class Block(nn.SequentialCell):
    def __init__(self):
        nn.SequentialCell.__init__(self, Conv(3, 4), Norm(4))

    def construct(self, x):
        return nn.SequentialCell.construct(self, x) + 1


class Table(Embedding):
    def __init__(self, n):
        Embedding.__init__(self, n, 4, padding_idx=0)

    def construct(self, ids):
        return Embedding.construct(self, ids) * 3


def other(layer, x):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.nn.Linear.forward is not in the tables)
    return torch.nn.Linear.forward(layer, x)
