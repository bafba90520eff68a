from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        for i in range(3):
            self.insert_param_to_cell(f"anchor_{i}", Parameter(ops.ones((i + 1,)), requires_grad=False))
            setattr(self, "grid_" + str(i), ops.zeros((i + 1,)))

    def construct(self, x: Tensor):
        return x * self.anchor_2 + self.anchor_0 + self.grid_2
