import torch
import torch.nn as nn
import torch.nn.functional as F


def main():
    scores = torch.tensor([[1.0, float("inf"), 2.0], [1.0, 2.0, 3.0]])
    empty = torch.full((2, 3), float("-inf"))
    return F.softmax(scores, dim=-1), nn.Softmax(dim=-1)(scores), F.gumbel_softmax(empty, dim=-1)
