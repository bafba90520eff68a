import mindspore as ms
from mindspore import Tensor


def cast(x: Tensor, y: Tensor, device, dtype=ms.float32):
    a = x.to(ms.float64)
    b = x.to(ms.int32)
    c = x.to(y.dtype)
    d = x.to(y)
    e = x.to(dtype)
    return a, b, c, d, e
