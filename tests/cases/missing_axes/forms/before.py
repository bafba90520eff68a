import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.InstanceNorm2d(4)
        self.squeeze = nn.AdaptiveAvgPool1d(2)

    def forward(self, images: Tensor):
        images = images.float().view(2, 3, 6, 6)
        outs = []
        for image in images:
            image = self.norm(torch.relu(self.conv(image)))  # one at a time
            outs.append(F.max_pool2d(image, 2))
        first = self.conv(images[0])
        return torch.stack(outs), self.squeeze(first.flatten(1)), F.conv2d(first, torch.ones(1, 4, 1, 1))


def numbers(x: Tensor):
    total = x.float().sum()
    row = torch.arange(4.0)
    picked = row.index_select(0, torch.tensor(2))
    return torch.softmax(total, 0), F.log_softmax(total, dim=-1), total.cumsum(0), nn.Softmax(dim=0)(total), picked


def losses(x: Tensor):
    scores = x.log_softmax(2)
    lengths = torch.tensor([2, 3])
    targets = torch.tensor([1, 2, 1, 2, 2])
    rows = torch.tensor([[1, 2, 0], [1, 2, 2]])
    steps = torch.tensor([5, 5])
    criterion = nn.CTCLoss(reduction="sum")
    joined = F.ctc_loss(scores, targets, steps, lengths) + criterion(scores, targets, (5, 5), (2, 3))
    return joined, F.ctc_loss(scores, rows, steps, lengths)
