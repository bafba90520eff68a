import numpy as np
import mindspore as ms
from mindspore import Tensor


def written_first(x: Tensor):
    a = np.zeros((2, 3), dtype=np.float32)
    a[0] = 5.0
    return ms.Tensor(a) * x


def written_later(x: Tensor):
    a = np.zeros((2, 3), dtype=np.float32)
    t = ms.Tensor(a)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and t with it; in MindSpore a
    #   gradient does not see it
    a[0] = 5.0
    return t * x
