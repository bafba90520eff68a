import torch
from torch import nn


class Grows(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.zeros(1, 3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b = torch.cat([self.b, x.detach()])[-5:]
        return x + self.b.mean(0)


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.zeros(1))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b = x.detach()
        return x * 2


class OtherType(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.tensor(0))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b = self.b + 0.5
        return x * self.b


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(1, 1))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        if self.b.shape[0] < x.shape[0]:
            self.b = torch.tril(torch.ones(x.shape[0], x.shape[0]))
        return self.b[: x.shape[0], : x.shape[0]] @ x


class Consumed(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.arange(40.0))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        y = x * self.b[0]
        self.b = self.b[1:]
        return y


class ReadBefore(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    @torch.no_grad()
    def step(self, x):
        self.b = self.b * 0.5 + x.mean(0) * 0.5

    def forward(self, x):
        x = self.fc(x)
        y = torch.pow(x.abs() + 1, self.b)
        self.step(x)
        return y


class Loop(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        for _ in range(2):
            x = x * self.b
            self.b = self.b + 0.1  # grows
        return x


class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        old = self.b
        self.b = self.b * 2
        return x * (self.b - old) / self.b


class Tuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b, y = self.b * 0.9, x * self.b
        return y


class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.zeros(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b = torch.tanh(x.mean(0))
        return x * self.b


class InItsPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        y = x - self.b
        self.b = self.b * 0.9 + x.detach().mean(0) * 0.1
        return y


class Reset(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.zeros(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        self.b = self.b + x.detach().mean(0)
        if self.b.abs().sum() > 2:
            self.b = torch.zeros(3)
        return x + self.b


class Numbered(nn.Module):
    def __init__(self):
        super().__init__()
        for i in range(2):
            self.register_buffer(f"scale{i}", torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        x = self.fc(x)
        for i in range(2):
            x = x * getattr(self, f"scale{i}")
            setattr(self, f"scale{i}", getattr(self, f"scale{i}") + 0.1)
        return x


class OfItsOwnType(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = nn.Buffer(torch.ones(3))
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        y = self.fc(x) * self.b
        self.b = self.b * 0.9
        return y
