import torch
from torch import nn
from torch.autograd import Variable


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        y = self.fc(x)
        kept = Variable(y)  # no gradient goes through it
        scale = Variable(y * 2, requires_grad=False)
        return y * kept + scale.sum()
