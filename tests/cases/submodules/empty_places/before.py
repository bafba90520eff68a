from torch import nn


class Net(nn.Module):
    def __init__(self, depth, down=True):
        super().__init__()
        self.layers = nn.ModuleList([])
        for i in range(depth):
            self.layers.append(nn.ModuleList([
                nn.Linear(4, 4),
                nn.LayerNorm(4) if i % 2 else None,
            ]))
        last = nn.Linear(4, 4) if down else None
        self.tail = nn.ModuleList((nn.Linear(4, 4), last))
        self.gates = nn.ModuleList([nn.Linear(4, 4) if i else None for i in range(3)])
        self.growing = nn.ModuleList()
        for i in range(3):
            self.growing.append(None if i == 0 else nn.Linear(4, 4))
        extra = [nn.Linear(4, 4), None]
        self.extra = nn.ModuleList(extra)

    def forward(self, x):
        for linear, norm in self.layers:
            x = linear(x)
            if norm is not None:
                x = norm(x)
        for layer in (*self.tail, *self.gates, *self.growing, *self.extra):
            x = x if layer is None else layer(x)
        return x * len(self.gates)
