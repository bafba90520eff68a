import json

import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


def get_lr(optimizer):
    for param_group in optimizer.param_groups:
        return param_group["lr"]


def history(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    rates, log, last = [], {}, []
    for step in range(3):
        optimizer.zero_grad()
        loss = net(x).pow(2).mean()
        loss.backward()
        optimizer.step()
        rates.append(optimizer.param_groups[0]["lr"])
        log[step] = optimizer.param_groups[-1]['lr']  # kept
        last.append(scheduler.get_last_lr()[0])
        scheduler.step()
    rates += [group["lr"] for group in optimizer.param_groups]
    rates.extend(g.get("lr") for g in optimizer.param_groups)
    return rates, log[0], log[2], last


def shown():
    optimizer = optim.Adam(nn.Linear(2, 2).parameters(), lr=0.25)
    group = optimizer.param_groups[0]
    text = f"lr {group['lr']:.4f}", "{:.2e}".format(group["lr"]), "%.3f" % group["lr"], f"{get_lr(optimizer):6.3f}"
    return text, round(group["lr"], 1), json.dumps({"lr": group["lr"]}), max(group["lr"], 0.5), f"lr={group['lr']}"


def saved(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.5)
    groups = optimizer.param_groups
    old = [g["lr"] for g in groups]
    compared = []
    for step in range(4):
        for g, rate in zip(groups, old):
            before = g["lr"]
            g["lr"] = rate * 0.1 if step == 1 else g["lr"] * 0.5
            if g["lr"] == 0.25 or g["lr"] != before:
                compared.append(step)
        optimizer.zero_grad()
        net(x).pow(2).mean().backward()
        optimizer.step()
    for g, rate in zip(optimizer.param_groups, old):
        g["lr"] = rate
    return compared, get_lr(optimizer), optimizer.param_groups[0]["momentum"]


def remaining(scheduler):
    return scheduler.get_last_lr()[0]


def of_a_scheduler():
    optimizer = optim.SGD(nn.Linear(2, 2).parameters(), lr=0.5)
    return [remaining(optim.lr_scheduler.ExponentialLR(optimizer, 0.5))], optimizer.defaults["lr"]


def players(teams):
    for group in teams:
        print(group["lr"])


def warmed_up(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    rates = []
    for step in range(4):
        if step < 2:
            for group in optimizer.param_groups:
                group["lr"] = 0.1 * (step + 1)
        optimizer.zero_grad()
        loss = net(x).pow(2).mean()
        loss.backward()
        optimizer.step()
        rates.append(optimizer.param_groups[0]["lr"])
        scheduler.step()
    return rates, scheduler.get_last_lr(), net.fc.weight.tolist()
