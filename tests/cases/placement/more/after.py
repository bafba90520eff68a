from mindspore import nn, Tensor


class Net(nn.Cell):
    def __init__(self, device=None):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x: Tensor):
        return self.fc(x)


def run(net: Net, x: Tensor):
    nets = [m for m in [net, Net()]]
    return net.set_train(False)(x), len(nets)


def like(net: Net, x: Tensor):
    # TODO(torch2ms): [T2M204] make the form visible: pass by keyword, or use the function that has
    #   only this form (whether this is a device or a dtype cannot be told here)
    net.fc.to(x)
    return net(x)


def parallel(x: Tensor):
    import torch

    # TODO(torch2ms): [T2M702] mindspore.set_auto_parallel_context(parallel_mode='data_parallel')
    #   and mindspore.communication.init() (MindSpore runs one process per device)
    net = torch.nn.DataParallel(Net())
    return net(x)
