import mindspore as ms
from mindspore import nn, ops


class GRUCell(nn.GRUCell):
    """nn.GRUCell with torch's parameters."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, has_bias=bool(bias), dtype=dtype or ms.float32)

    def construct(self, x, hx=None):
        if hx is None:
            hx = ops.zeros((x.shape[0], self.hidden_size), x.dtype)
        gates_x, gates_h = ops.matmul(x, self.weight_ih.T), ops.matmul(hx, self.weight_hh.T)
        if self.has_bias:
            gates_x, gates_h = gates_x + self.bias_ih, gates_h + self.bias_hh
        r_x, z_x, n_x = ops.chunk(gates_x, 3, 1)
        r_h, z_h, n_h = ops.chunk(gates_h, 3, 1)
        z = ops.sigmoid(z_x + z_h)
        n = 2 * ops.sigmoid(2 * (n_x + ops.sigmoid(r_x + r_h) * n_h)) - 1
        return n + z * (hx - n)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.cell = GRUCell(4, 3)

    def construct(self, x):
        hidden = ops.zeros((x.shape[0], 3))
        noise = ops.zeros((3,), x.dtype)
        return self.cell(x, hidden) + noise.float()


def batches(loader):
    for images, labels in loader:
        yield images, labels
