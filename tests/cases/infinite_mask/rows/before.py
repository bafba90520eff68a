import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Attention(nn.Module):
    """Rows that are masked throughout attend to nothing."""

    MASKED = float("-inf")

    def forward(self, scores: Tensor, keep: Tensor):
        masked = scores.masked_fill(~keep, self.MASKED)
        masked = masked.clone()
        masked[0, 0] = self.MASKED
        return torch.nan_to_num(masked.softmax(-1))


def looked_for(scores: Tensor, mask: Tensor):
    mask = (torch.zeros(3, 4) - mask.sum() / torch.zeros(())).detach()  # what a caller might pass
    p = F.softmax(scores * 0 + mask, dim=-1)
    return torch.where(torch.isnan(p), torch.zeros_like(p), p)


def forward_algorithm(x: Tensor):
    alpha = torch.full((2, 5), float("-inf"))
    alpha = torch.cat([alpha, x.reshape(-1)[:5].unsqueeze(0)])
    last = torch.logaddexp(alpha[0], alpha[2])
    return alpha.logsumexp(1), torch.logsumexp(alpha, dim=1, keepdim=True), last, torch.logaddexp(alpha[0], alpha[1])


def given():
    row = torch.tensor([[1.0, 2.0], [float("-inf"), float("-inf")]])
    return torch.softmax(row, 1), F.log_softmax(row, 1)


def causal():
    mask = torch.full((3, 3), float("-inf")).triu(1)
    return F.softmax(torch.ones(3, 3) + mask, -1)
