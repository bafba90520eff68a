from mindspore import nn, ops


class Window(nn.Cell):
    def __init__(self, size):
        super().__init__()
        self.size = size
        self.border = nn.ZeroPad2d((0, 1, 0, 1))

    def construct(self, x):
        pad_r = (self.size - x.shape[3] % self.size) % self.size
        pad_b = (self.size - x.shape[2] % self.size) % self.size
        x = ops.pad(x, (0, pad_r, 0, pad_b))
        x = ops.pad(self.border(x), [1, 1, 1, 0], mode="reflect")
        pad = (0, 0) * 2 + (1, 2)
        x = ops.pad(x, pad)
        return ops.pad(x, (pad_r, self.size - 1) if pad_b else (0, 2), "constant", 1.0)
