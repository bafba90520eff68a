import torch
from torch import nn

STORE = []


@torch.no_grad()
def sample_targets(y):
    return y.exp()


def through(y):
    with torch.no_grad():
        return torch.tanh(y)


def outer(y):
    return through(y) * y


@torch.no_grad()
def parts(y):
    for i in range(2):
        yield y.sin() * i


@torch.no_grad()
def store(y):
    STORE.append(y.cos())


def put(into, y):
    into.append(y.exp())


class Weights:
    @torch.no_grad()
    def __call__(self, y):
        return y.exp()

    @torch.no_grad()
    def predict(self, y):
        low, high = y.min(), y.max()
        return {"low": low, "high": high}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.weights = Weights()

    @torch.no_grad()
    def upsample_weights(self, y):
        return y.exp(), y.argmax(1)

    def forward(self, x):
        y = self.fc(x)
        out = outer(y) * sample_targets(y) * self.weights(y) * self.upsample_weights(y)[0]
        for part in parts(y):
            out = out + part * y
        store(y)
        kept = []
        with torch.no_grad():
            put(kept, y)
        found = self.weights.predict(y)
        return out * STORE[-1] * kept[0] * (y - found["low"]) / found["high"]
