from mindspore import nn, ops


class ConstantPad(nn.Cell):
    """Pads with a constant, and cuts off where a width is negative: MindSpore's layers do that right only once."""

    def __init__(self, padding, value=0.0):
        super().__init__()
        self.padding = padding
        self.value = value

    def construct(self, x):
        kept = [slice(None)] * x.ndim
        for axis in range(len(self.padding) // 2):
            before, after = self.padding[2 * axis : 2 * axis + 2]
            kept[-1 - axis] = slice(max(-before, 0), x.shape[-1 - axis] - max(-after, 0))
        return ops.pad(x[tuple(kept)], [max(width, 0) for width in self.padding], value=self.value)


def layers():
    import torch

    # TODO(torch2ms): [T2M201] slice what is cut off, then pad (MindSpore's padding by a negative
    #   width is wrong from the second call on)
    return nn.ZeroPad2d((0, 1, 0, 1)), torch.nn.ZeroPad2d(-1)


class Shift(nn.Cell):
    """RWKV's time shift."""

    def __init__(self):
        super().__init__()
        self.shift = ConstantPad((0, 0, 1, -1))
        self.part = ConstantPad(padding=(1, -1), value=0.5)

    def construct(self, x):
        return self.part(self.shift(x)) + self.shift(x)
