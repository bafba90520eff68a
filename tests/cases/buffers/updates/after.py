from mindspore import nn, ops, Tensor, Parameter


class Running(nn.Cell):
    def __init__(self):
        super().__init__()
        self.mean = Parameter(ops.ones((4,)), requires_grad=False)
        self.kept = Parameter(ops.ones((4,)), requires_grad=False)
        self.values = Parameter(ops.ones((4,)), requires_grad=False)
        self.more = Parameter(ops.ones((4,)), requires_grad=False)
        self.whole = Parameter(ops.ones((4,)), requires_grad=False)
        self.rest = Parameter(ops.ones((4,)), requires_grad=False)
        self.level = Parameter(ops.ones((4,)), requires_grad=False)
        self.part = Parameter(ops.ones((4,)), requires_grad=False)
        self.average = Parameter(ops.ones((4,)), requires_grad=False)
        self.count = Parameter(ops.ones((1,)), requires_grad=False)
        self.total = Parameter(ops.ones((1,)), requires_grad=False)
        self.queue = Parameter(ops.ones((8, 4)), requires_grad=False)
        self.cache = None
        self.grid = ops.zeros((4,))

    def construct(self, x: Tensor):
        batch = ops.stop_gradient(x).mean(0)
        ops.assign(self.mean, 0.9 * self.mean + 0.1 * batch)
        ops.assign(self.mean, self.mean + batch)
        ops.assign(self.mean, self.mean * 0.5)  # decays
        ops.assign(self.kept, ops.broadcast_to(batch, self.kept.shape).astype(self.kept.dtype))
        ops.assign(self.values, batch)
        ops.assign(self.more, ops.broadcast_to(batch[0], self.more.shape).astype(self.more.dtype))
        ops.assign(self.whole, ops.broadcast_to(batch, self.whole.shape).astype(self.whole.dtype))
        ops.assign(self.rest, ops.broadcast_to(batch, self.rest.shape).astype(self.rest.dtype))
        ops.assign(self.level, ops.full_like(self.level, 2.5))
        ops.assign(self.part, ops.broadcast_to(batch, self.part.shape).astype(self.part.dtype))
        ops.assign(self.average, self.average * 0.9 + 0.1 * batch)
        ops.assign(self.count, ops.zeros_like(self.count))
        ops.assign(self.total, ops.full_like(self.total, 3))
        self.queue[5] = batch
        self.queue[1:3] += 1
        self.queue[:2] = x[:2]
        self.cache = batch
        self.grid = batch * 1
        self.grid += 1
        return x * self.kept + self.cache + self.grid
