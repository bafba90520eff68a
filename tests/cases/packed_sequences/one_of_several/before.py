import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence


class Batched(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x, lengths):
        out, (h, c) = self.rnn(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        return pad_packed_sequence(out, batch_first=True)[0], h, c


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4)


class Derived(Base):
    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        out, h = self.rnn(packed)
        out, _ = pad_packed_sequence(out)
        return out, h


class Of2(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=True)

    def forward(self, x):
        packed = pack_padded_sequence(x, [4, 2], batch_first=True)
        out, h = self.rnn(packed)
        out, sizes = pad_packed_sequence(out, batch_first=True)
        return out, h, sizes


def in_a_function(x):
    rnn = nn.GRU(3, 2)
    nn.init.constant_(rnn.weight_ih_l0, 0.3)
    nn.init.constant_(rnn.weight_hh_l0, -0.2)
    nn.init.zeros_(rnn.bias_ih_l0)
    nn.init.zeros_(rnn.bias_hh_l0)
    rows = [x[0], x[1, :2]]
    out, h = rnn(pack_sequence(rows))
    return pad_packed_sequence(out)[0], h
