from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, pad_mode="valid", has_bias=True)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Dense(4, 2)
        for p in self.conv.get_parameters():
            p.requires_grad = False
        for name, p in self.parameters_and_names():
            if "fc" in name:
                p.requires_grad = False

    def construct(self, x):
        return self.fc(self.bn(self.conv(x)).mean((2, 3)))


def trainable(net: Net):
    return sum(p.numel() for p in net.trainable_params() if p.requires_grad)
