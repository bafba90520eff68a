import torch


def counted(x: torch.Tensor):
    found = torch.nonzero(x > 0)
    rows = (x > 0).nonzero(as_tuple=False)
    by_axis = (x > 0).nonzero(as_tuple=True)
    first = torch.nonzero(x > 0, as_tuple=True)[0]
    flat = torch.nonzero(x.view(-1) > 0, as_tuple=False).squeeze(1)
    return found.shape.numel(), rows.size(0), by_axis[0].size(0), first.size(), flat.size(0), len(by_axis)


def asked(x: torch.Tensor, several):
    return x.nonzero(as_tuple=several)
