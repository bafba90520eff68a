from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.fc = nn.Dense(3, 4)
        self.gain = Parameter(ops.ones((1,)))

    def init(self):
        if getattr(self.bn, 'gamma', None) is not None and hasattr(self.fc, "weight"):
            self.bn.gamma.set_data(initializer("zeros", self.bn.gamma.shape, self.bn.gamma.dtype))
        if hasattr(self, "gain"):
            setattr(self.bn, "beta", None)
        for _, m in self.cells_and_names():
            if hasattr(m, "bias"):
                print(m)
            if isinstance(m, nn.BatchNorm2d) and hasattr(m, "moving_mean"):
                # TODO(torch2ms): [T2M305] the Cell has no attribute for .num_batches_tracked
                print(getattr(m, "num_batches_tracked"))
        return getattr(self, "construct")
