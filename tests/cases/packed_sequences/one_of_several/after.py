import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant


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


class Batched(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, batch_first=True)

    def construct(self, x, lengths):
        out, (h, c) = self.rnn(x, seq_length=ms.tensor(lengths, dtype=ms.int32))
        return out[:, : int(max(lengths))], h, c


class Base(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4)


class Derived(Base):
    def construct(self, x, lengths):
        out, h = self.rnn(x, seq_length=ms.tensor(lengths, dtype=ms.int32))
        out = out[: int(max(lengths))]
        return out, h


class Of2(nn.Cell):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=True)

    def construct(self, x):
        out, h = self.rnn(x, seq_length=ms.tensor([4, 2], dtype=ms.int32))
        out, sizes = out[:, : 4], ms.tensor([4, 2], dtype=ms.int64)
        return out, h, sizes


def in_a_function(x):
    rnn = nn.GRU(3, 2)
    rnn.set_train()
    rnn.weight_ih_l0.set_data(initializer(Constant(0.3), rnn.weight_ih_l0.shape, rnn.weight_ih_l0.dtype))
    rnn.weight_hh_l0.set_data(initializer(Constant(-0.2), rnn.weight_hh_l0.shape, rnn.weight_hh_l0.dtype))
    rnn.bias_ih_l0.set_data(initializer('zeros', rnn.bias_ih_l0.shape, rnn.bias_ih_l0.dtype))
    rnn.bias_hh_l0.set_data(initializer('zeros', rnn.bias_hh_l0.shape, rnn.bias_hh_l0.dtype))
    rows = [x[0], x[1, :2]]
    out, h = rnn(pad_sequence(rows), seq_length=ms.tensor([len(row) for row in rows], ms.int32))
    return out, h
