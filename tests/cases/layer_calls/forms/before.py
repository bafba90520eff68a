"""Layers that are called with their inputs by name."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.fc = nn.Linear(in_features=4, out_features=4)
        self.norm = nn.BatchNorm1d(5)
        self.rnn = nn.LSTM(4, 3, batch_first=True)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])
        self.loss = nn.MSELoss()
        self.margin = nn.MarginRankingLoss(margin=0.5)
        self.hinge = nn.HingeEmbeddingLoss()

    def states(self, n):
        return [torch.zeros(1, n, 3) for _ in range(2)]

    def forward(self, ids):
        x = self.norm(input=self.fc.forward(input=self.embed(input=ids)))
        for block in self.blocks:
            x = block(input=x)
        x, weights = self.attention(
            query=x,
            key=x,
            value=x,  # the same again
            need_weights=False,
        )
        y, _ = self.rnn(input=x, hx=(torch.zeros(1, 2, 3), torch.zeros(1, 2, 3)))
        z, _ = self.rnn(x, [torch.ones(1, 2, 3), torch.zeros(1, 2, 3)])
        v, _ = self.rnn(x, self.states(2))
        signs = torch.tensor([1, -1])
        margin = self.margin(y[:, 0, 0], z[:, 0, 0], signs) + self.hinge(input=y[0, 0, :2], target=signs)
        return self.loss(target=y, input=z * 2) + v.mean() + margin
