from mindspore import nn


class Padded(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3, pad_mode='valid', has_bias=True)
        # TODO(torch2ms): [T2M305] pass padding= there (MindSpore reads .padding only when the layer
        #   is built)
        self.padding = (1, 1)


class Norm(nn.BatchNorm2d):
    def __init__(self, width):
        super().__init__(width)
        # TODO(torch2ms): [T2M305] pass eps= there (MindSpore reads .eps only when the layer is
        #   built)
        self.eps = 1e-3
        self.gain = 2

    def construct(self, x):
        return super().construct(x) * self.gain


class Scale(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3, pad_mode='valid', has_bias=True)
        self.stride = 2

    def construct(self, x):
        return x * self.stride


class Block(nn.Cell):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride
