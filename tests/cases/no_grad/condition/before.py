import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor, learn: bool):
        with torch.set_grad_enabled(learn):
            y = torch.sigmoid(x)
        return y + x


def run(model, phase):
    with torch.set_grad_enabled(phase == "train"):
        return model(phase)
