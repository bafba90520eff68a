import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
import torch.nn.utils.rnn as rnn_utils


class Batched(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        # packed for speed
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        packed_out, (h, c) = self.lstm(packed)
        out, _ = pad_packed_sequence(packed_out, batch_first=True)
        return out, h, c


class Rebound(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4)

    def forward(self, x, lengths, h0):
        x = pack_padded_sequence(x, lengths, enforce_sorted=False)
        x, h = self.gru(x, h0)
        x, sizes = pad_packed_sequence(x)
        return x, h, sizes


class Layouts(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 4, batch_first=False)

    def forward(self, x, lengths):
        total = x.size(1)
        out, h = self.rnn(rnn_utils.pack_padded_sequence(x * 2, lengths, batch_first=True, enforce_sorted=False))
        out = rnn_utils.pad_packed_sequence(out, True)[0]
        return out * 2, h, total


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, 1, True, True)

    def forward(self, x, lengths):
        total = x.size(1)
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, state = self.lstm(packed)
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=total)
        return out, state[0]


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x, lengths):
        _, (h, c) = self.lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        return h[-1] + c[-1]


def lengths():
    net, x = Batched(), torch.ones(3, 5, 3)
    return [[t.shape for t in net(x, torch.tensor(n))] for n in ([4, 2, 3], [5, 5, 1], [1, 2, 2])]
