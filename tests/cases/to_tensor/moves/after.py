from mindspore import Tensor


def move(x: Tensor, y: Tensor, device):
    return x.asnumpy(), y + x
