import numpy as np
import mindspore as ms
from mindspore import ops, Tensor

SCALE = np.sqrt(2.0)


def made():
    n = np.int64(3)
    values = np.array([1.0, 2.5])
    several = [np.float64(1.0), np.float64(2.0)]
    return (
        ms.tensor(SCALE),
        ms.tensor(several, dtype=ms.float64),
        ms.tensor([SCALE, 1.0], dtype=ms.float64),
        ms.tensor([np.int32(1), np.int32(2)], dtype=ms.int32),
        ms.tensor(list(values), dtype=ms.float64),
        ms.tensor([float(value) for value in several]),
        ops.full((2,), float(SCALE), dtype=ms.float32),
        ops.full((2,), int(np.int64(7)), dtype=ms.int64),
        ops.zeros((int(n), 2)),
        ops.ones((int(n), int(n))),
        ops.arange(int(n)),
        ops.arange(float(values.max())),
    )


def beside(x: Tensor):
    return x * SCALE, ops.full((2,), 1.5, dtype=ms.float32), ms.tensor([1.0, 2.0]), ops.arange(3)
