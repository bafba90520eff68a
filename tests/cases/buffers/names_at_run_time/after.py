from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self, tables, kept):
        super().__init__()
        for i in range(3):
            self.insert_param_to_cell(f"anchor_{i}", Parameter(ops.zeros((i + 1,)), requires_grad=False))
            setattr(self, "grid_" + str(i), ops.zeros((i + 1,)))
        # TODO(torch2ms): [T2M204] whether the buffer is persistent cannot be told here
        self.register_buffer("table", ops.zeros((4,)), persistent=kept)
        args = ("step", ops.zeros((1,)))
        # TODO(torch2ms): [T2M203] the arguments cannot be seen here
        self.register_buffer(*args)
