import json

import torch
from torch import nn


def rate_of(optimizer):
    for group in optimizer.param_groups:
        return group["lr"]


def shown(start=0.1):
    net = nn.Linear(2, 1)
    opt = torch.optim.SGD([{"params": [net.weight]}, {"params": [net.bias], "lr": 1e-7}], lr=start, momentum=0.9)
    group = opt.param_groups[0]
    lr = group["lr"]
    log = {"lr": opt.param_groups[0]["lr"], "all": [g["lr"] for g in opt.param_groups]}
    shown = lr == start, rate_of(opt) == start, lr in (0.1, start), max(g["lr"] for g in opt.param_groups)
    text = f"{lr} {group['lr']!r} {group['lr']:.3f} {lr:.3g}", "%s %.2f" % (lr, group["lr"]), "{}".format(group["lr"])
    got = group.get("lr"), group.get("lr", 0.5), float(group["lr"]), round(group["lr"], 3)
    group["lr"] = 0.05
    rate = opt.param_groups[0]["lr"]
    rounded = f"{rate:.4f}"
    return json.dumps(log), shown, text, got, str(group["lr"]), lr * 0.5, rounded


def scheduled():
    net = nn.Linear(2, 1)
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    scheduler = torch.optim.lr_scheduler.StepLR(opt, 1, 0.5)
    first = scheduler.get_last_lr()
    return str(first), scheduler.get_last_lr()[0], json.dumps(scheduler.get_last_lr())


def whole_group():
    opt = torch.optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1)
    return {key: value for key, value in opt.param_groups[0].items() if key == "lr"}
