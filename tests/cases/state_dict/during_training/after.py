import os
import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


def checkpoint_path(path):
    """`path` with the suffix MindSpore asks for, in the place of torch's."""
    root, suffix = os.path.splitext(path)
    return (root if suffix in (".pth", ".pt", ".bin", ".pkl", ".ckpt") else str(path)) + ".ckpt"


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)
        self.out = nn.Dense(2, 1)

    def construct(self, x):
        return self.out(self.fc(x))


def turned_back(net: Net, x: Tensor, path):
    ms.save_checkpoint(net, checkpoint_path(path))
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    for step in range(4):
        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        if step == 1:
            # TODO(torch2ms): [T2M601] write each by ops.assign(param, value) (the checkpoint has to
            #   be a MindSpore one: convert it first; no optimizer that has made a step goes on to
            #   train what is loaded here)
            ms.load_param_into_net(net, ms.load_checkpoint(checkpoint_path(path)))
        if step == 2:
            for param, new in zip(net.get_parameters(), net.get_parameters()):
                ops.assign(param, new)
    return net.fc.weight


def best(net: Net, x: Tensor, path):
    ms.load_param_into_net(net, ms.load_checkpoint(checkpoint_path(path)))
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    for step in range(3):
        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        if step == 1:
            ms.save_checkpoint(net, checkpoint_path(path))
    ms.load_param_into_net(net, ms.load_checkpoint(checkpoint_path(path)))
    return net(x)


def run(x: Tensor, path):
    ms.set_seed(0)
    net = Net()
    ms.save_checkpoint(net, checkpoint_path(path))
    return (best(net, x, path) - net(x)).abs().sum().item()
