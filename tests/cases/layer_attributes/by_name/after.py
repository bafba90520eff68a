from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.fc = nn.Dense(3, 4)
        self.gain = Parameter(ops.ones((1,)))

    def reset(self):
        if getattr(self.bn, 'gamma', None) is not None and hasattr(self.fc, "weight"):
            ops.assign(self.bn.gamma, initializer("zeros", self.bn.gamma.shape, self.bn.gamma.dtype).init_data())
        return hasattr(self, "gain"), hasattr(self, "other")

    def drop_bias(self):
        setattr(self.bn, "beta", None)
        return self.bn.beta is None

    def with_bias(self):
        return [hasattr(m, "bias") for _, m in self.cells_and_names()]

    def tracked(self):
        for _, m in self.cells_and_names():
            if isinstance(m, nn.BatchNorm2d) and hasattr(m, "moving_mean"):
                # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer
                #   is built (the Cell has no attribute for .num_batches_tracked)
                return getattr(m, "num_batches_tracked")

    def construct(self, x):
        return self.fc(x)

    def again(self, x):
        return getattr(self, "construct")(x)
