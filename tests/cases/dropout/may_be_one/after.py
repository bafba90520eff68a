from mindspore import nn, ops, Tensor

RATE = 1.0


class Net(nn.Cell):
    def __init__(self, p=1.0):
        import torch

        super().__init__()
        # TODO(torch2ms): [T2M202] write ops.zeros_like(x) where the model trains, and x where it
        #   does not (the rate may be 1, which raises in MindSpore: torch drops everything)
        self.first = nn.Dropout(p=p)
        # TODO(torch2ms): [T2M202] write ops.zeros_like(x) where the model trains, and x where it
        #   does not (a rate of 1 raises in MindSpore: torch drops everything)
        self.second = torch.nn.Dropout(p=1.0)

    def construct(self, x: Tensor):
        for rate in (0.0, 1.0):
            # TODO(torch2ms): [T2M202] write ops.zeros_like(x) where the model trains, and x where
            #   it does not (the rate may be 1, which raises in MindSpore: torch drops everything)
            x = ops.dropout(x, rate)
        # TODO(torch2ms): [T2M202] write ops.zeros_like(x) where the model trains, and x where it
        #   does not (the rate may be 1, which raises in MindSpore: torch drops everything)
        return self.second(self.first(ops.dropout(x, RATE)))
