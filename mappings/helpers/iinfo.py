import mindspore as ms
import numpy as np


def iinfo(dtype):
    """Limits of an integer type, as torch.iinfo gives them."""
    return np.iinfo(ms.dtype_to_nptype(dtype))
