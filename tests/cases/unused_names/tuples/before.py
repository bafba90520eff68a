import torch


def pair(x, y):
    dtype, device = x.dtype, x.device
    return torch.full((2,), 3.0, dtype=dtype, device=device) + y


def triple(x):
    (rows, columns), size, device = x.shape, 0.5, x.device  # three
    return torch.full((rows, columns), 2.0, device=device) * size + x


def called(x, make):
    made = make()
    return torch.ones(2, device=made.device) + x


def walrus(x):
    y = (source := x).exp()
    return y + torch.ones(2, device=source.device)


def repeated(x, counts: torch.Tensor):
    size = int(counts.sum())
    return torch.repeat_interleave(x, counts, output_size=size)


def annotated(x):
    device: torch.device = x.device
    return torch.ones(2, device=device) + x


def named_elsewhere(x):
    device = str(x.device)
    return x, len(device) > 0


def counted(x):
    n = 0
    for _ in range(3):
        n += 1
    return torch.ones(2, device=x.device) + x
