from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Data(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.lstm(packed)
        return out.data, packed.batch_sizes


class Unknown(nn.Module):
    def __init__(self, rnn, batch_first):
        super().__init__()
        self.rnn = rnn
        self.gru = nn.GRU(3, 4, batch_first=batch_first)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.rnn(packed)
        first, _ = pad_packed_sequence(out, batch_first=True)
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.gru(packed)
        return first, pad_packed_sequence(out, batch_first=True)


class Changed(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        lengths = lengths + 1
        out, _ = self.lstm(packed)
        out, _ = pad_packed_sequence(out, batch_first=True, padding_value=-1.0)
        return out, lengths
