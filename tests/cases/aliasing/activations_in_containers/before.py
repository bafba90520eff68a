import torch
import torch.nn as nn


class OfDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.acts = nn.ModuleDict({"relu": nn.ReLU(inplace=True), "none": nn.Identity()})

    def forward(self, x):
        x = self.a(x)
        y = self.acts["relu"](x)
        return x + self.b(y)


class AfterDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.f = nn.Sequential(nn.Dropout(0.0), nn.ReLU(inplace=True), nn.Linear(4, 4))

    def forward(self, x):
        x = self.a(x)
        return x + self.f(x)


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4 * (i + 1), 4) for i in range(3)])
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        features = [x * 1]
        for layer in self.layers:
            y = self.relu(torch.cat(features, 1))
            features.append(layer(y))
        return torch.cat(features, 1)
