import torch
from torch import nn
from torch.nn.parameter import Parameter


class Net(nn.Module):
    def __init__(self, size, frozen, name):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(size))
        self.b = Parameter(torch.zeros(size), requires_grad=False)
        self.c = Parameter(data=torch.zeros(size), requires_grad=not frozen)
        self.d = torch.nn.Parameter(torch.zeros(size), True)
        self.e = nn.Parameter(
            torch.zeros(size),  # starts at nothing
            requires_grad=True,
        )
        self.register_parameter("f", Parameter(torch.zeros(size)))
        self.register_parameter("g", None)
        self.register_parameter(name="h", param=nn.Parameter(torch.ones(1)))
        self.register_parameter(name, nn.Parameter(torch.ones(1)))

    def forward(self, x):
        x = x * self.a if isinstance(self.b, nn.Parameter) else x
        return self.c * x + self.d * x.mean() + self.e * self.f * self.h, self.b, self.g


class Phase(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("phase", nn.Parameter(torch.ones(1)))

    def forward(self, x):
        return x * self.phase


class Empty(nn.Module):
    def __init__(self):
        super().__init__()
        self.empty = nn.Parameter()
