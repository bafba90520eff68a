import torch.nn.functional as F
from torch import nn


class Same(nn.Conv2d):
    def __init__(self, a, b, size, stride=1):
        super().__init__(a, b, size, stride, 0)

    def forward(self, x):
        x = F.pad(x, [self.padding[0], 1, 0, 1])
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class Pool(nn.MaxPool2d):
    def __init__(self, size, stride, **options):
        super().__init__(size, stride, **options)
        self.stride = [self.stride] * 2 if isinstance(self.stride, int) else self.stride

    def forward(self, x):
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class Plain(nn.Conv2d):
    def __init__(self, a, b):
        super().__init__(a, b, 3, padding=1)

    def forward(self, x):
        return super().forward(x) * self.groups


class Own(nn.Conv2d):
    def forward(self, x):
        return self._conv_forward(x, self.weight, self.bias)


def padding(conv: nn.Conv2d):
    return conv.padding
