import mindspore as ms
from mindspore import Tensor


def cast(x: Tensor, y: Tensor, device, dtype=ms.float32):
    a = x.astype(ms.float64)
    b = x.astype(ms.int32)
    c = x.astype(y.dtype)
    d = x.astype(y.dtype)
    e = x.astype(dtype)
    return a, b, c, d, e
