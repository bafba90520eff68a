import torch
import torch.nn as nn
import torch.nn.functional as F

NEG = float("-inf")


def masked_loss(logits: torch.Tensor):
    logits = logits * 2
    logits[torch.tensor([[True, False, False], [False, False, True]])] = NEG
    return F.cross_entropy(logits, torch.tensor([1, 0]))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, x):
        masked = x.masked_fill(torch.tensor([True, False, False]), -float("inf"))
        return self.criterion(masked, torch.tensor([1, 2]))
