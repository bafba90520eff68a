import torch
from torch import nn


def workers(net, batch):
    n = torch.cuda.device_count()
    if torch.cuda.device_count() > 1:
        net = nn.DataParallel(net)
    if torch.cuda.device_count() == 0:
        batch = batch + 1
    if not torch.cuda.device_count():
        batch += 1
    if torch.cuda.device_count():
        batch *= 100
    if 1 < torch.cuda.device_count():
        batch *= 200
    if torch.cuda.device_count() >= 1 and batch > 0:
        batch += 1000
    if torch.cuda.device_count() != 0:
        batch += 2000
    batch *= max(1, torch.cuda.device_count())
    many = torch.cuda.device_count() or 1
    ids = list(range(torch.cuda.device_count()))
    cpu = torch.cuda.device_count() == 2
    print(f"{torch.cuda.device_count()} devices", torch.xpu.device_count())
    if torch.cuda.is_available() and torch.cuda.device_count() > 0:
        batch = 0
    return n, batch, many, ids, cpu, torch.mps.device_count(), 4 * torch.accelerator.device_count()


def counted():
    return workers(nn.Linear(2, 2), 3)
