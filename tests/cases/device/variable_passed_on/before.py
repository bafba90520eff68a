import torch
from torch import nn


def train(model, device):
    model.to(device)


device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
print(f"using {device}")
net = nn.Linear(2, 2)
train(net, device)
