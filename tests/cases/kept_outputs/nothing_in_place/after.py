from mindspore import nn


class Kept(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())
        self.kept = []
        self.body[0].register_forward_hook(lambda module, args, output: self.kept.append(output))

    def construct(self, x):
        self.kept.clear()
        return self.body(x) + self.kept[0]
