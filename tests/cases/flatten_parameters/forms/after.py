import mindspore as ms
from mindspore import nn, ops


class LSTM(nn.LSTM):
    """nn.LSTM with torch's parameters."""

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
    ):
        if proj_size:
            raise ValueError("proj_size is not supported")
        super().__init__(
            input_size,
            hidden_size,
            num_layers=num_layers,
            has_bias=bool(bias),
            batch_first=batch_first,
            dropout=float(dropout),
            bidirectional=bidirectional,
            dtype=dtype or ms.float32,
        )


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4, batch_first=True)
        self.all = nn.CellList([nn.LSTM(4, 4, batch_first=True)])

    def construct(self, x):
        return self.all[0](self.rnn(x)[0])[0]


class Own(LSTM):
    def construct(self, x):
        return super().construct(x)


def run():
    rnn = nn.LSTM(3, 4)
    rnn.set_train()
    return rnn(ops.ones((1, 2, 3)))[0].shape[2]
