import os

import torch
from torch import nn


def load(name):
    """Load a library of operators."""
    try:
        path = os.path.join("lib", name)
        # what was compiled
        torch.ops.load_library(path)
        return True
    except (ImportError, OSError):
        return False


def version():
    if not load("operators"):
        return -1
    # of the library
    found = torch.ops.torchvision._cuda_version()
    return found if found else torch.ops.torchvision._version()


class Net(nn.Module):
    def __init__(self, fused=False):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.fused = fused

    def forward(self, x, mask=None):
        x = self.fc(x)
        if self.fused == "one":
            x = torch.ops.fused.one(x)
        elif self.fused:
            # the other one
            x = torch.ops.fused.other(x)
        else:
            x = torch.relu(x)
        if mask is not None:
            def masked(y):
                return torch.ops.fused.masked(y, mask)

            x = masked(torch.ops.fused.prepared(x))
        return x

    def checked(self, x):
        with torch.no_grad():
            if self.fused:
                return torch.ops.fused.checked(x)
        return self(x)

    def one_line(self, x):
        if self.fused: return torch.ops.fused.one(x)
        return x

    def in_a_loop(self, xs):
        found = []
        for x in xs:
            if self.fused:
                found.append(torch.ops.fused.one(x))
        return found

    def caught(self, x):
        try:
            return torch.ops.fused.one(x)
        except RuntimeError:
            return torch.ops.fused.other(x)

    def asked(self, x):
        if x is None:
            return x
        if torch.ops.fused.fits(x):
            x = torch.ops.fused.one(x)
        return x
