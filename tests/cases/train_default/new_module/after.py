from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(p=0.5)
        self.norm = build_norm(3)

    def construct(self, x):
        return self.norm(self.drop(x))


def build_norm(n):
    return nn.BatchNorm1d(n)


def build_net():
    return Net().set_train()


def main(x):
    net = Net()
    net.set_train()
    y = net(x)
    loss = nn.MSELoss()
    other = Net()
    for _ in range(2):
        other.set_train()
        y = y + other(x)
    third = Net().set_train(False)
    return y, loss(y, third(x)), [(m.training, m.norm.training) for m in (net, other, third)]


def loaded(state):
    net = Net()
    net.set_train()
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    net.load_state_dict(state)
    return net.training
