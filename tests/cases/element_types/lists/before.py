import torch


def starred(xs, ids):
    return torch.cat([*xs, ids])


def added(xs, ids):
    return torch.stack([ids] + xs, dim=1)


def collected(x, count):
    parts = [torch.arange(count)]
    parts += [x]
    parts.append(torch.tensor(x.shape))
    parts.extend([x + 1, x > 0])
    return torch.cat(parts)


def inserted():
    parts = [torch.ones(3)]
    parts.insert(0, torch.arange(2))
    return torch.cat(parts)


def entries():
    named = {"scores": torch.ones(2)}
    named["ids"] = torch.arange(3)
    return torch.cat([named["scores"], named["ids"]])


def of_one_dtype(xs):
    ids = [torch.arange(3)]
    return torch.cat([*ids, torch.arange(2)]), torch.cat([*xs, xs[0]]), torch.cat(xs + [torch.zeros(2)])


def main():
    xs, ids = [torch.ones(4), torch.zeros(4)], torch.arange(4)
    return starred(xs, ids), added(xs, ids), collected(xs[0], 3), inserted(), entries(), of_one_dtype(xs)
