"""A step of a plain RNN: the state may be left out, tanh is computed to full precision."""

import mindspore as ms
from mindspore import nn, ops


class RNNCell(nn.RNNCell):
    """nn.RNNCell with torch's parameters."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(
            input_size, hidden_size, has_bias=bool(bias), nonlinearity=nonlinearity, dtype=dtype or ms.float32
        )

    def construct(self, x, hx=None):
        if hx is None:
            hx = ops.zeros((x.shape[0], self.hidden_size), x.dtype)
        out = ops.matmul(x, self.weight_ih.T) + ops.matmul(hx, self.weight_hh.T)
        if self.has_bias:
            out = out + self.bias_ih + self.bias_hh
        return ops.relu(out) if self.nonlinearity == "relu" else 2 * ops.sigmoid(2 * out) - 1
