import math as math_
import numpy as np
from types import SimpleNamespace
import mindspore as mindspore_


def finfo(dtype):
    """Limits of a floating-point type, as torch.finfo gives them."""
    if dtype == mindspore_.bfloat16:
        return SimpleNamespace(
            bits=16,
            eps=2.0**-7,
            max=3.3895313892515355e38,
            min=-3.3895313892515355e38,
            tiny=2.0**-126,
            smallest_normal=2.0**-126,
        )
    if dtype == mindspore_.float8_e4m3fn:
        return SimpleNamespace(
            bits=8, eps=2.0**-3, max=448.0, min=-448.0, tiny=2.0**-6, smallest_normal=2.0**-6, resolution=1.0
        )
    if dtype == mindspore_.float8_e5m2:
        return SimpleNamespace(
            bits=8, eps=2.0**-2, max=57344.0, min=-57344.0, tiny=2.0**-14, smallest_normal=2.0**-14, resolution=1.0
        )
    info = np.finfo(mindspore_.dtype_to_nptype(dtype))
    fields = {
        name: float(getattr(info, name)) for name in ("eps", "max", "min", "tiny", "smallest_normal", "resolution")
    }
    return SimpleNamespace(bits=info.bits, **fields)


def load(path):
    import numpy as np

    return np.load(path)


def largest(x):
    return finfo(x.dtype).max


def circle():
    math = 2
    return mindspore_.ops.ones((1,)) * math_.pi * math


def mine(ms, mindspore, ops):
    return mindspore_.ops.ones((2,), mindspore_.float32) * ms * mindspore * ops
