import torch
from torch import nn
from torch.autograd import Variable


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(4, 3)

    def forward(self, x):
        hidden = Variable(torch.zeros(x.size(0), 3))
        noise = x.new_zeros(3)
        return self.cell(x, hidden) + Variable(noise).float()


def batches(loader):
    for images, labels in loader:
        yield Variable(images), Variable(labels)
