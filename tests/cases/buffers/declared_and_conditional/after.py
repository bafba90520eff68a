from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    mean: Tensor
    cache: Tensor

    def __init__(self, size, keep: bool):
        super().__init__()
        if keep: self.mean = Parameter(ops.zeros(size), requires_grad=False)
        else: self.mean = None
        self.std = Parameter(ops.ones(size), requires_grad=False) if keep else None
        self.cache = Parameter(ops.zeros(size), requires_grad=False)

    def construct(self, x: Tensor):
        batch = ops.stop_gradient(x)
        if self.mean is not None: ops.assign(self.mean, self.mean + batch.mean())
        self.cache = Parameter(
            batch if self.training else self.cache, name=self.cache.name, requires_grad=False
        )
        y = x + self.cache
        self.cache: Tensor = batch * 2
        return y * 3 + self.cache

    def drop(self):
        self.cache = None
        del self.cache
