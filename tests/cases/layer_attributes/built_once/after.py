from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3, 2, pad_mode='valid', has_bias=True)
        self.bn = nn.BatchNorm2d(4)
        self.k = self.conv.kernel_size[1:][0] + self.conv.stride[1:][0] * 10
        self.plain = self.bn.gamma.requires_grad and not self.bn.use_batch_statistics is None

    def construct(self, x):
        return self.bn(x) * self.k, self.plain, self.bn.eps, self.bn.num_features, self.conv.out_channels


class Changed(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(p=0.1)
        # TODO(torch2ms): [T2M305] pass momentum= there (MindSpore reads .momentum only when the
        #   layer is built)
        self.bn.momentum = 0.01
        # TODO(torch2ms): [T2M305] pass p= there (MindSpore reads .p only when the layer is built)
        self.drop.p = 0.3

    def construct(self, x):
        return self.drop(self.bn(x))


class Searched(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        for _, m in self.cells_and_names():
            if isinstance(m, nn.BatchNorm2d):
                # TODO(torch2ms): [T2M305] pass eps= there (MindSpore reads .eps only when the layer
                #   is built)
                m.eps = 1e-3

    def construct(self, x):
        return self.bn(x)
