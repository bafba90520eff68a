from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm3d(3)
        for m in self.modules():
            if isinstance(m, nn.BatchNorm3d):
                nn.init.constant_(m.weight, 2)
                nn.init.constant_(m.bias, 0.5)

    def forward(self, x):
        return self.bn(x) * self.bn.weight.sum() + self.bn.bias.shape[0]
