from mindspore import nn, ops, Tensor


def shown(x: Tensor, y: Tensor):
    loss = ops.mse_loss(x, y)
    hits = (x > y).sum()
    width = 8
    return (
        f"loss {loss.item():.2f}, {hits.item():4d} of {x.numel()}",
        f"{(loss * 100).item():.1f}% and {(x - y).abs().max().item():.1e} and {loss.item():{width}.2f}",
        "{:.2f} {name:>6}".format(loss.item(), name=hits.item()),
        "{0:.2f} and {0:5.1f}".format(loss.item()),
        "{1:d} {0:.1f} {2}".format(x.mean().item(), hits.item(), "none"),
        format(loss.item(), ".2f"),
        "%.2f %d" % (loss, hits),
        f"{ops.mse_loss(x, y).item():.2f}",
        f"{x[0, 0].item():+.2f}",
    )


def kept(x: Tensor):
    loss = x.mean()
    return f"{loss.item():.2f}", f"{loss!s:>12}"[:0], f"{x.shape[0]:3d}", f"{float(loss):.2f}", "{:.2f}".format(0.5)


def summed(x: Tensor, y: Tensor):
    total, count = 0.0, 0
    criterion = nn.MSELoss()
    running = 0
    for row, target in zip(x, y):
        loss = criterion(row, target)
        total += loss
        running = running + loss.item()
        count += 1
    return f"{float(total / count):.2f} {float(total):.1f} {running:.2f} {criterion(x, y).item():.2f}", "{:.2f}".format(float(total))
