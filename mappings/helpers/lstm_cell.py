"""An LSTM step: the state may be left out, tanh is computed to full precision."""

import mindspore as ms
from mindspore import nn, ops


class LSTMCell(nn.LSTMCell):
    """nn.LSTMCell with torch's parameters."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, has_bias=bool(bias), dtype=dtype or ms.float32)

    def construct(self, x, hx=None):
        if hx is None:
            zeros = ops.zeros((x.shape[0], self.hidden_size), x.dtype)
            h, c = zeros, zeros
        else:
            h, c = hx
        gates = ops.matmul(x, self.weight_ih.T) + ops.matmul(h, self.weight_hh.T)
        if self.has_bias:
            gates = gates + self.bias_ih + self.bias_hh
        i, f, g, o = ops.chunk(gates, 4, 1)
        g = 2 * ops.sigmoid(2 * g) - 1
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * g
        h = ops.sigmoid(o) * (2 * ops.sigmoid(2 * c) - 1)
        return h, c
