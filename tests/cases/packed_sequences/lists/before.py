import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence
import torch.nn.utils.rnn as rnn_utils


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, batch_first=True)

    def forward(self, x):
        rows = [x[0], x[1, :2], x[2, :4]]
        packed = pack_sequence(rows, enforce_sorted=False)
        out, h = self.gru(packed)
        out, sizes = pad_packed_sequence(out, batch_first=True)
        return out, sizes, h


class Literal(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, bidirectional=True)

    def forward(self, long, short):
        out, (h, c) = self.lstm(rnn_utils.pack_sequence([long, short]))
        out, _ = rnn_utils.pad_packed_sequence(out, True)
        return out, h, c


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=True)

    def forward(self, long, short):
        _, h = self.rnn(pack_sequence((short, long), enforce_sorted=False))
        return h[-1]


class Sorted(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2)

    def forward(self, x):
        rows = sorted([x[0, :1], x[1], x[2, :3]], key=len, reverse=True)
        out, _ = self.lstm(pack_sequence(rows))
        return pad_packed_sequence(out)[0]
