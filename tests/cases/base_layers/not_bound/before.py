from torch import nn


class Conv(nn.Conv2d):
    def __init__(self, width, size):
        if size > 1:
            super().__init__(width, width, size, padding=size // 2)
        else:
            super().__init__(width, width, 1, bias=False)


class Pool(nn.MaxPool2d):
    def __init__(self):
        super().__init__(2, return_indices=True)
