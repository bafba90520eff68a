from mindspore import nn, Tensor


class Net(nn.Cell):
    def construct(self, x: Tensor, names: list):
        if self.training:
            x = x + 1
        if not names:
            x = x + 2
        if (names or self.training):
            x = x + 3
        if (
            names
            # never scripted
            and True
        ):
            x = x + 4
        x = x + 5
        some = names and True
        more = names
        return x, some, more
