from types import SimpleNamespace

import mindspore as ms
import numpy as np


def finfo(dtype):
    """Limits of a floating-point type, as torch.finfo gives them."""
    if dtype == ms.bfloat16:
        return SimpleNamespace(
            bits=16,
            eps=2.0**-7,
            max=3.3895313892515355e38,
            min=-3.3895313892515355e38,
            tiny=2.0**-126,
            smallest_normal=2.0**-126,
        )
    if dtype == ms.float8_e4m3fn:
        return SimpleNamespace(
            bits=8, eps=2.0**-3, max=448.0, min=-448.0, tiny=2.0**-6, smallest_normal=2.0**-6, resolution=1.0
        )
    if dtype == ms.float8_e5m2:
        return SimpleNamespace(
            bits=8, eps=2.0**-2, max=57344.0, min=-57344.0, tiny=2.0**-14, smallest_normal=2.0**-14, resolution=1.0
        )
    info = np.finfo(ms.dtype_to_nptype(dtype))
    fields = {
        name: float(getattr(info, name)) for name in ("eps", "max", "min", "tiny", "smallest_normal", "resolution")
    }
    return SimpleNamespace(bits=info.bits, **fields)
