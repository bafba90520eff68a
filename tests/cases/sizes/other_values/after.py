from mindspore import Tensor


def counted(x: Tensor):
    return x.numel(), x[0].numel(), x.shape.count(3), x.shape.index(2), x.shape == (2, 3, 4), x.shape[:-1] + (1,)
