import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4, batch_first=True)
        self.all = nn.ModuleList([nn.LSTM(4, 4, batch_first=True)])

    def forward(self, x):
        self.rnn.flatten_parameters()
        for rnn in self.all:
            rnn.flatten_parameters()
        if x.shape[0] > 1:
            self.rnn.flatten_parameters()
        return self.all[0](self.rnn(x)[0])[0]


class Own(nn.LSTM):
    def forward(self, x):
        self.flatten_parameters()
        return super().forward(x)


def run():
    rnn = nn.LSTM(3, 4)
    rnn.flatten_parameters()
    return rnn(torch.ones(1, 2, 3))[0].shape[2]
