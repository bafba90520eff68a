from mindspore import nn, ops


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


def main():
    net = Net()
    net.set_train()
    print(net(ops.ones((2, 3))))
    loss = nn.MSELoss()
    other = Net()
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table…
    other.load_state_dict({})
    for _ in range(2):
        other.set_train()
        other(ops.ones((2, 3)))
    third = Net().set_train(False)
    return loss, third
