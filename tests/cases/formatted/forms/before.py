import torch
import torch.nn.functional as F
from torch import nn


def shown(x: torch.Tensor, y: torch.Tensor):
    loss = F.mse_loss(x, y)
    hits = (x > y).sum()
    width = 8
    return (
        f"loss {loss:.2f}, {hits:4d} of {x.numel()}",
        f"{loss * 100:.1f}% and {(x - y).abs().max():.1e} and {loss:{width}.2f}",
        "{:.2f} {name:>6}".format(loss, name=hits),
        "{0:.2f} and {0:5.1f}".format(loss),
        "{1:d} {0:.1f} {2}".format(x.mean(), hits, "none"),
        format(loss, ".2f"),
        "%.2f %d" % (loss, hits),
        f"{F.mse_loss(x, y):.2f}",
        f"{x[0, 0]:+.2f}",
    )


def kept(x: torch.Tensor):
    loss = x.mean()
    return f"{loss.item():.2f}", f"{loss!s:>12}"[:0], f"{x.shape[0]:3d}", f"{float(loss):.2f}", "{:.2f}".format(0.5)


def summed(x: torch.Tensor, y: torch.Tensor):
    total, count = 0.0, 0
    criterion = nn.MSELoss()
    running = 0
    for row, target in zip(x, y):
        loss = criterion(row, target)
        total += loss
        running = running + loss.item()
        count += 1
    return f"{total / count:.2f} {total:.1f} {running:.2f} {criterion(x, y):.2f}", "{:.2f}".format(total)
