from mindspore import nn, ops, Tensor, Parameter


def std(input, dim=None, correction=1, keepdim=False):
    """The standard deviation. Where all values are equal its gradient is zero, as in torch; that of ops.std is NaN."""
    variance = input.var(dim, correction, keepdim)
    is_spread = variance > 0
    return ops.where(is_spread, ops.sqrt(ops.where(is_spread, variance, 1)), variance)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = Parameter(ops.zeros((1,)), requires_grad=False)
        self.b = Parameter(ops.zeros((1,)), requires_grad=False)
        self.c = Parameter(ops.zeros((1,)), requires_grad=False)
        self.d = Parameter(ops.zeros((1,)), requires_grad=False)

    def construct(self, x: Tensor):
        self.a, self.b = Parameter(x.mean(), name=self.a.name, requires_grad=False), Parameter(std(x), name=self.b.name, requires_grad=False)
        # TODO(torch2ms): [T2M303] give the value a name first, and the buffer its value in a
        #   statement of its own (a buffer that is unpacked into takes the new values into its own
        #   memory: shape and dtype have to stay)
        self.c = self.d = x.sum()
        return x
