from mindspore import Tensor


def move(x: Tensor, y: Tensor, device):
    return x.asnumpy(), y + x


def on_gpu(x: Tensor, y: Tensor):
    return x + y
