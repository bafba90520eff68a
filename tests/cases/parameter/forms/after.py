from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self, size, frozen, name):
        super().__init__()
        self.a = Parameter(ops.zeros(size))
        self.b = Parameter(ops.zeros(size), requires_grad=False)
        self.c = Parameter(default_input=ops.zeros(size), requires_grad=not frozen)
        self.d = Parameter(ops.zeros(size), requires_grad=True)
        self.e = Parameter(
            ops.zeros(size),  # starts at nothing
            requires_grad=True,
        )
        self.f = Parameter(ops.zeros(size))
        self.g = None
        self.h = Parameter(ops.ones((1,)))
        self.insert_param_to_cell(name, Parameter(ops.ones((1,))))

    def construct(self, x):
        x = x * self.a if isinstance(self.b, Parameter) else x
        return self.c * x + self.d * x.mean() + self.e * self.f * self.h, self.b, self.g


class Phase(nn.Cell):
    def __init__(self):
        super().__init__()
        self.phase_ = Parameter(ops.ones((1,)))

    def construct(self, x):
        return x * self.phase_


class Empty(nn.Cell):
    def __init__(self):
        import torch

        super().__init__()
        # TODO(torch2ms): [T2M202] give it a tensor (a Parameter without data has no counterpart)
        self.empty = torch.nn.Parameter()
