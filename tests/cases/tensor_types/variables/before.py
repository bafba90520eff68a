import numpy as np
import torch
from torch import nn
from torch.autograd import Variable

cuda = torch.cuda.is_available()
Tensor = torch.cuda.FloatTensor if cuda else torch.FloatTensor
LongTensor = torch.cuda.LongTensor if cuda else torch.LongTensor
Ids = torch.LongTensor

torch.set_default_tensor_type(torch.FloatTensor)


def targets(n):
    valid = Variable(Tensor(n, 1).fill_(1.0), requires_grad=False)
    fake = Variable(Tensor(n, 1).fill_(0.0), requires_grad=False)
    return valid - 2 * fake


def noise(n):
    z = Variable(Tensor(np.random.normal(0, 1, (n, 100))))
    labels = Variable(LongTensor(np.random.randint(0, 10, n)))
    return z, labels


def cast(images: torch.Tensor):
    real = Variable(images.type(Tensor))
    return real * 2, images.type(torch.LongTensor), images.type("torch.DoubleTensor")


def pick(table: torch.Tensor, ids: Ids) -> torch.FloatTensor:
    return table[Ids([1, 0])] + table[ids]


class Net(nn.Module):
    def __init__(self, gpu=False):
        super().__init__()
        self.lin = nn.Linear(3, 2)
        if gpu:
            self.kind = torch.cuda.FloatTensor
        else:
            self.kind = torch.FloatTensor

    def forward(self, x):
        hidden = self.kind(x.size(0), 2).zero_()
        return self.lin(x.type(self.kind)) + hidden
