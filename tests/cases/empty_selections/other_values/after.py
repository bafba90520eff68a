import mindspore as ms
from mindspore import Tensor


def losses(x: Tensor, y: Tensor):
    mask = y > 0
    rows = ms.tensor([0, 1])
    total = x[0].sum() + x[:, 1:].mean() + x[rows].sum() + (x * mask).sum()
    if mask.astype(ms.bool_).any():
        total = total + x[mask].mean()
    return total, x[mask].mean() if x[mask].numel() > 0 else total, x[x > 0].numel()
