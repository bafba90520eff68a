from mindspore import nn, ops


def train(model, batches):
    model.set_train()
    for x in batches:
        model(x)


def run():
    net = nn.Dropout(p=0.5)
    size = sum(p.numel() for p in net.trainable_params())
    for _ in range(3):
        train(net, [ops.ones((size,))])
    return net.training, size


def test(evaluate):
    net = nn.Dropout(p=0.5)
    net.set_train()
    if evaluate:
        net.set_train(False)
    return net(ops.ones((2,))), net.training


class Trainer:
    def __init__(self):
        self.net = nn.BatchNorm1d(3)
        self.net.set_train()
