from mindspore import nn, ops, Parameter


class Positions(nn.Cell):
    def __init__(self, count: int, width: int, flag=True, keep_mask=False):
        super().__init__()
        # as many as there are
        table = ops.ones((1, count, width)) * 2
        self.table = Parameter(table, requires_grad=False) if flag else table
        mask = ops.ones((count, width))
        self.mask = Parameter(mask, requires_grad=False) if keep_mask and not flag else mask
        # what only the value of a buffer reads
        steps = ops.arange(width) + 1.0
        scale = steps.view(1, width)
        self.scale = Parameter(scale, requires_grad=False) if flag else scale

    def construct(self, x):
        return x * self.mask * self.scale + self.table


def saved(flag, keep_mask):
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    return sorted(Positions(2, 3, flag, keep_mask).state_dict())
