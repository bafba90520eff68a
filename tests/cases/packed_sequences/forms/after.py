import mindspore as ms
from mindspore import nn, ops


class Batched(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True, bidirectional=True)

    def construct(self, x, lengths):
        # packed for speed
        packed_out, (h, c) = self.lstm(x, seq_length=lengths.astype(ms.int32))
        out = packed_out[:, : int(lengths.max())]
        return out, h, c


class Rebound(nn.Cell):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4)

    def construct(self, x, lengths, h0):
        x, h = self.gru(x, h0, seq_length=ms.tensor(lengths, dtype=ms.int32))
        x, sizes = x[: int(max(lengths))], ms.tensor(lengths, dtype=ms.int64)
        return x, h, sizes


class Layouts(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=False)

    def construct(self, x, lengths):
        total = x.shape[1]
        out, h = self.rnn((x * 2).swapaxes(0, 1), seq_length=ms.tensor(lengths, dtype=ms.int32))
        out = out[: int(max(lengths))].swapaxes(0, 1)
        return out * 2, h, total


class Whole(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, 1, True, True)

    def construct(self, x, lengths):
        out, state = self.lstm(x, seq_length=ms.tensor(lengths, dtype=ms.int32))
        return out, state[0]


class Last(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def construct(self, x, lengths):
        _, (h, c) = self.lstm(x, seq_length=ms.tensor(lengths, dtype=ms.int32))
        return h[-1] + c[-1]


def lengths():
    net, x = Batched().set_train(), ops.ones((3, 5, 3))
    return [[t.shape for t in net(x, ms.tensor(n))] for n in ([4, 2, 3], [5, 5, 1], [1, 2, 2])]
