import torch
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return self.fc(ops.relu(x))


def pruned(net):
    from torch.nn.utils import prune

    # TODO(torch2ms): [T2M205] convert it by hand (torch.nn.utils.prune.global_unstructured is not
    #   in the tables; torch.nn.utils.prune.L1Unstructured is not in the tables)
    prune.global_unstructured([(net.fc, "weight")], prune.L1Unstructured, amount=3)
    return net


def product(x):
    # TODO(torch2ms): [T2M205] convert it by hand (torch.pca_lowrank is not in the tables)
    return torch.pca_lowrank(x)[0].abs()


# TODO(torch2ms): [T2M201] nn.FractionalMaxPool2d of MindSpore takes _random_samples (the pooling
#   regions are random and drawn differently)
pool = torch.nn.FractionalMaxPool2d(3, output_size=4)
