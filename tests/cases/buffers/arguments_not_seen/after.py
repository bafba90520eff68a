from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self, kept):
        super().__init__()
        # TODO(torch2ms): [T2M204] write two classes, or say persistent=True (whether the buffer is
        #   persistent cannot be told here, and it is given new values)
        self.register_buffer("table", ops.zeros((4,)), persistent=kept)
        args = ("step", ops.zeros((1,)))
        # TODO(torch2ms): [T2M203] write the arguments out by name (the arguments cannot be seen
        #   here)
        self.register_buffer(*args)

    def construct(self, x: Tensor):
        ops.assign(self.table, self.table + 1)
        return x + self.table + self.step
