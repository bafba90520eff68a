import torch
import torch.nn as nn


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(dim=-1)
        self.over_rows = nn.Softmax(dim=0)

    def bias(self, mask):
        return torch.where(mask, float("-inf"), 0.0)

    def forward(self, scores, mask):
        scores = scores.masked_fill(mask, float("-inf"))
        return torch.nan_to_num(self.softmax(scores)), self.over_rows(scores * 2)

    def added(self, scores, mask):
        return self.softmax(scores + self.bias(mask))


def plain(scores):
    return nn.Softmax(dim=-1)(scores)


def main():
    scores = torch.arange(6.0).reshape(2, 3)
    mask = torch.tensor([[True, True, True], [False, True, False]])
    attention = Attention()
    return attention(scores, mask), torch.isnan(attention.added(scores, mask)), plain(scores)
