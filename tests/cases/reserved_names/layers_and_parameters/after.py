from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self, flag):
        super().__init__()
        self.get_flags_ = nn.Dense(2, 2)
        self.pipeline_stage_ = Parameter(ops.ones((2,)))
        self.requires_grad = flag
        self.check_names_ = Parameter(ops.ones((2,)), requires_grad=False)
        self.global_cells_ = nn.ReLU()
        self.get_flags_.weight.set_data(initializer("ones", self.get_flags_.weight.shape, self.get_flags_.weight.dtype))
        self.get_flags_.bias.set_data(initializer("zeros", self.get_flags_.bias.shape, self.get_flags_.bias.dtype))

    def construct(self, x):
        if self.requires_grad:
            x = x + 1
        return self.global_cells_(self.get_flags_(x) * self.pipeline_stage_ + self.check_names_)
