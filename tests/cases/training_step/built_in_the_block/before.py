import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

X = torch.tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 0.5]])
Y = torch.tensor([[1.0], [0.0], [2.0]])


class Net(nn.Module):
    def __init__(self, width=1):
        super().__init__()
        self.fc = nn.Linear(2, width)
        nn.init.constant_(self.fc.weight, 0.5)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


class Batches:
    def __init__(self, x, y):
        self.pair = x, y

    def one(self):
        return self.pair


def build(width):
    model = Net(width)
    return model


def model_in_the_block():
    net = Net()
    criterion = nn.MSELoss()
    opt = optim.SGD(net.parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(opt, 1)
    out = net(X)
    loss = criterion(out, Y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    scheduler.step()
    return loss.item(), net.fc.weight, out.detach()


def parameter_in_the_block():
    w = nn.Parameter(torch.ones(2))
    opt = optim.SGD([w], lr=0.1)
    opt.zero_grad()
    loss = (w * w).sum()
    loss.backward()
    opt.step()
    return w.detach()


def optimizer_after_the_loss():
    net = Net()
    loss = F.mse_loss(net(X), Y)
    opt = optim.SGD(net.parameters(), lr=0.1)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item(), net.fc.weight


def data_and_helpers():
    batches = Batches(X, Y)
    net = build(1)
    opt = optim.SGD(net.parameters(), lr=0.1)
    x, y = batches.one()
    opt.zero_grad()
    F.mse_loss(net(x), y).backward()
    opt.step()
    return net.fc.weight


def beside_a_detached_teacher():
    student, teacher = build(1), build(1)
    opt = optim.SGD(student.parameters(), lr=0.1)
    for _ in range(2):
        target = (teacher(X).max(1)[0].detach() * 0.9 + 1).unsqueeze(1)
        loss = F.smooth_l1_loss(student(X), target)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item(), student.fc.weight


def adversarial():
    g, d = Net(2), Net()
    og = optim.SGD(g.parameters(), lr=0.1)
    od = optim.SGD(d.parameters(), lr=0.1)
    bce = nn.BCEWithLogitsLoss()
    fake = g(X)
    od.zero_grad()
    d_loss = bce(d(X + 1), torch.ones(3, 1)) + bce(d(fake.detach()), torch.zeros(3, 1))
    d_loss.backward()
    od.step()
    og.zero_grad()
    g_loss = bce(d(fake), torch.ones(3, 1))
    g_loss.backward()
    og.step()
    return d_loss.item(), g_loss.item(), g.fc.weight, d.fc.weight


class Fit:
    def __init__(self, x, y):
        self.net = Net()
        self.opt = optim.SGD(self.net.parameters(), lr=0.1)
        loss = F.mse_loss(self.net(x), y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.loss = loss.item()
