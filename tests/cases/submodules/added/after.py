from mindspore import nn


class Net(nn.Cell):
    def __init__(self, n):
        super().__init__()
        self.head = nn.Dense(3, 3)
        self.tail = nn.Dense(3, 3)
        self.bias = nn.Dense(3, 3)
        for i in range(n):
            setattr(self, f"block{i}", nn.Dense(3, 3))
        self.cells_ = nn.ReLU()
        for stage in make_stages():
            setattr(self, *stage)  # layer1, layer2

    def construct(self, x):
        return self.tail(self.head(x))
