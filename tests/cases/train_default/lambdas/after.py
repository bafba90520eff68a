from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)

    def construct(self, x):
        return self.norm(x)


class Other(Net):
    pass


build = lambda cls, *args: cls(*args).set_train()
FACTORIES = {"net": lambda: Net().set_train(), "any": lambda cls: cls().set_train()}


def main(x):
    nets = [
        (lambda cls: cls().set_train())(Net),
        build(Net),
        FACTORIES["net"](),
        FACTORIES["any"](Net),
        *map(lambda cls: cls().set_train(), [Net, Other]),
    ]
    return [net(x) for net in nets], [net.training for net in nets]
