import mindspore as ms
from mindspore import nn, ops


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Pad the sequences to the longest one and stack them."""
    length = max(sequence.shape[0] for sequence in sequences)
    rows = []
    for sequence in sequences:
        shape = (length - sequence.shape[0], *sequence.shape[1:])
        fill = ops.full(shape, padding_value, dtype=sequence.dtype)
        parts = (fill, sequence) if padding_side == "left" else (sequence, fill)
        rows.append(ops.cat(parts) if shape[0] else sequence)
    return ops.stack(rows, 0 if batch_first else 1)


class Rows(nn.Cell):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, batch_first=True)

    def construct(self, x):
        rows = [x[0], x[1, :2], x[2, :4]]
        out, h = self.gru(pad_sequence(rows, batch_first=True), seq_length=ms.tensor([len(row) for row in rows], ms.int32))
        sizes = ms.tensor([len(row) for row in rows], dtype=ms.int64)
        return out, sizes, h


class Literal(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, bidirectional=True)

    def construct(self, long, short):
        out, (h, c) = self.lstm(pad_sequence([long, short]), seq_length=ms.tensor([len(long), len(short)], ms.int32))
        out = out.swapaxes(0, 1)
        return out, h, c


class Last(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=True)

    def construct(self, long, short):
        _, h = self.rnn(pad_sequence((short, long), batch_first=True), seq_length=ms.tensor([len(short), len(long)], ms.int32))
        return h[-1]


class Sorted(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2)

    def construct(self, x):
        rows = sorted([x[0, :1], x[1], x[2, :3]], key=len, reverse=True)
        out, _ = self.lstm(pad_sequence(rows), seq_length=ms.tensor([len(row) for row in rows], ms.int32))
        return out
