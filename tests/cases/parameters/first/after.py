from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)

    def construct(self, x):
        weight = next(iter(self.trainable_params()))
        return self.fc(x.to(next(self.get_parameters()).dtype)) + weight.sum()


def first(net: Net):
    name, p = next(iter([(name, p) for name, p in net.parameters_and_names() if p.requires_grad]))
    return name, tuple(p.shape), next(iter(net.trainable_params())).shape
