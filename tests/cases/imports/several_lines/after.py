# dense
from mindspore import nn


def build():
    from torch.nn import FractionalMaxPool2d

    # TODO(torch2ms): [T2M201] nn.FractionalMaxPool2d of MindSpore takes _random_samples (the
    #   pooling regions are random and drawn differently)
    return nn.Dense(3, 3), nn.ReLU(), FractionalMaxPool2d(2, output_size=2)
