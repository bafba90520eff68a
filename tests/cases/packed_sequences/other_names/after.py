from mindspore import nn, ops


class Data(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def construct(self, x, lengths):
        from torch.nn.utils.rnn import pack_padded_sequence

        # TODO(torch2ms): [T2M201] pass the padded batch and seq_length= to nn.LSTM, nn.GRU or
        #   nn.RNN (MindSpore has no packed sequences)
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.lstm(packed)
        return ops.stop_gradient(out), packed.batch_sizes


class Unknown(nn.Cell):
    def __init__(self, rnn, batch_first):
        super().__init__()
        self.rnn = rnn
        self.gru = nn.GRU(3, 4, batch_first=bool(batch_first))

    def construct(self, x, lengths):
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        # TODO(torch2ms): [T2M201] pass the padded batch and seq_length= to nn.LSTM, nn.GRU or
        #   nn.RNN (MindSpore has no packed sequences)
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.rnn(packed)
        # TODO(torch2ms): [T2M201] the output of a recurrent layer called with seq_length= is padded
        #   already (MindSpore has no packed sequences)
        first, _ = pad_packed_sequence(out, batch_first=True)
        # TODO(torch2ms): [T2M201] pass the padded batch and seq_length= to nn.LSTM, nn.GRU or
        #   nn.RNN (MindSpore has no packed sequences)
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, _ = self.gru(packed)
        # TODO(torch2ms): [T2M201] the output of a recurrent layer called with seq_length= is padded
        #   already (MindSpore has no packed sequences)
        return first, pad_packed_sequence(out, batch_first=True)


class Changed(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)

    def construct(self, x, lengths):
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        # TODO(torch2ms): [T2M201] pass the padded batch and seq_length= to nn.LSTM, nn.GRU or
        #   nn.RNN (MindSpore has no packed sequences)
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        lengths = lengths + 1
        out, _ = self.lstm(packed)
        # TODO(torch2ms): [T2M201] the output of a recurrent layer called with seq_length= is padded
        #   already (MindSpore has no packed sequences)
        out, _ = pad_packed_sequence(out, batch_first=True, padding_value=-1.0)
        return out, lengths
