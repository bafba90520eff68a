import torch
import torch.nn.functional as F


def make_bias(mask):
    return torch.zeros(2, 3).masked_fill(mask, float("-inf"))


def attend(scores, mask):
    return (scores + make_bias(mask)).softmax(-1)


def weigh(scores):
    return F.softmax(scores, dim=-1, dtype=torch.float32)


def logs(scores, mask):
    return F.softmax(scores + mask.float().log(), dim=-1)


def filled(scores, value=float("-inf"), mask=None):
    if mask is not None:
        scores = scores.masked_fill(mask, value)
    return F.softmax(scores, dim=-1)


def main():
    scores = torch.arange(6.0).reshape(2, 3)
    mask = torch.tensor([[True, True, True], [False, True, False]])
    empty = torch.full((2, 3), float("-inf"))
    empty[1] = 1.0
    return torch.isnan(attend(scores, mask)), weigh(empty), logs(scores, ~mask), filled(scores, mask=mask)
