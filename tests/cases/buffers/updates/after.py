from mindspore import nn, ops, Tensor, Parameter


class Running(nn.Cell):
    def __init__(self):
        super().__init__()
        self.mean = Parameter(ops.zeros((4,)), requires_grad=False)
        self.count = Parameter(ops.zeros((1,)), requires_grad=False)
        self.queue = Parameter(ops.zeros((8, 4)), requires_grad=False)
        self.cache = None
        self.grid = ops.zeros((4,))

    def construct(self, x: Tensor):
        batch = x.mean(0)
        ops.assign(self.mean, 0.9 * self.mean + 0.1 * batch)
        ops.assign(self.mean, self.mean + batch)
        ops.assign(self.mean, self.mean * 0.5)  # decays
        ops.assign(self.mean, ops.broadcast_to(batch, self.mean.shape).astype(self.mean.dtype))
        ops.assign(self.mean, batch)
        ops.assign(self.mean, ops.broadcast_to(batch, self.mean.shape).astype(self.mean.dtype))
        ops.assign(self.mean, ops.broadcast_to(batch, self.mean.shape).astype(self.mean.dtype))
        ops.assign(self.mean, ops.broadcast_to(batch, self.mean.shape).astype(self.mean.dtype))
        ops.assign(self.mean, ops.broadcast_to(batch, self.mean.shape).astype(self.mean.dtype))
        ops.assign(self.mean, self.mean * 0.9 + 0.1 * batch)
        ops.assign(self.count, ops.zeros_like(self.count))
        ops.assign(self.count, ops.full_like(self.count, 3))
        self.queue[0] = batch
        self.queue[1:3] += 1
        self.queue[:2] = x[:2]
        self.cache = batch
        self.grid = batch
        self.grid += 1
        return self.mean
