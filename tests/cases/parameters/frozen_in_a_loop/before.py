from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)
        for p in self.conv.parameters():
            p.requires_grad = False
        for name, p in self.named_parameters():
            if "fc" in name:
                p.requires_grad_(False)

    def forward(self, x):
        return self.fc(self.bn(self.conv(x)).mean((2, 3)))


def trainable(net: Net):
    return sum(p.numel() for p in net.parameters() if p.requires_grad)
