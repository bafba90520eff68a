import mindspore as ms
from mindspore import ops, Tensor


def selected(x: Tensor, start: Tensor):
    x = ops.stop_gradient(x).copy()
    mask = start > 0
    y = x[mask].copy()
    y[:1] = 5  # x stays
    rows = x[[1, 0]].copy()
    rows[0] += 1
    places = ms.tensor([0, 1])
    both = x[places, places].copy()
    both[0] = 7
    x[mask].copy()[0:1] = 3
    x[:, places].copy()[0] = 2
    return x, y, rows, both
