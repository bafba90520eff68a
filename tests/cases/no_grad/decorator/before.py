import torch
from torch import nn


@torch.no_grad()  # evaluation only
def evaluate(model):
    model.eval()


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        return self.targets(x) * x

    @torch.no_grad()
    def targets(self, x: torch.Tensor):
        return torch.sigmoid(x)

    @staticmethod
    @torch.inference_mode()
    def names():
        return ["a"]
