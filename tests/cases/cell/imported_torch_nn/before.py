import torch.nn


class Net(torch.nn.Module):
    def forward(self, x):
        return x
