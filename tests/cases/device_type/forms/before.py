import torch
from torch import nn


def asked(x: torch.Tensor, device=None):
    if x.device.type == "mps":
        # Apple's
        x = x * 2
    if x.is_cuda:
        x = x * 3
    if x.device.type in ("cuda", "xpu"):
        x = x * 5
    if x.device.type not in ["cpu", "mps"] or "cuda" in str(x.device):
        x = x * 7
    if x.device == torch.device("cpu") and not x.is_cuda:
        x = x + 1
    dev = x.device
    if dev.type == "cpu":
        x = x + 2
    kind = x.device.type
    if kind.startswith("cuda") or not kind == "cpu":
        x = x * 11
    if device is not None and device.type != "meta":
        x = x * 13
    dtype = torch.float16 if x.device.type == "mps" else torch.float32
    if x.is_cpu and not x.is_xpu and x.sum() < 1e9:
        x = x + 3
    return x.to(dtype)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        weight = next(self.parameters())
        if weight.is_cuda:
            x = x.cuda()
        mask = torch.ones(3)
        if self.fc.weight.device.type == "cuda":
            mask = mask.to("cuda")
        return self.fc(x) * mask * len(names(x))


def names(batch):
    return "gpu" if batch.is_cuda else "cpu"


where = torch.device("cuda" if torch.cuda.is_available() else "cpu")
pinned = where.type == "cuda"
