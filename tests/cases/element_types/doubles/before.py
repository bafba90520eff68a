import torch
import torch.nn.functional as F


def lengths(x):
    exact = x.double()
    return exact.norm(dim=1), torch.linalg.vector_norm(exact), torch.nan_to_num(exact), F.normalize(exact, p=1, dim=1)


def of_floats(x):
    counts = torch.tensor([1, 2])
    exact = x.double()
    same = F.normalize(exact, dim=1).float(), exact.exp().sum(), torch.nan_to_num(counts)
    return same, x.norm(), torch.nan_to_num(x), exact.float().norm()
