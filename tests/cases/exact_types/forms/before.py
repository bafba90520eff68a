from torch import nn


def count(net):
    plain = other = several = tuples = 0
    for m in net.modules():
        if type(m) == nn.Conv2d:
            plain += 1
        if type(m) is not nn.Conv2d and m.__class__ != nn.Conv1d:
            other += 1
        if type(m) in (nn.Conv2d, nn.ReLU):
            several += 1
        tuples += nn.Conv2d is type(m)
    return plain, other, several, tuples


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.second = nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")
        self.act = nn.ReLU()


def run():
    return count(Net())
