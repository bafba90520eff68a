import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Linear(3, 3)
        self.student = nn.Linear(3, 3)

    def forward(self, x):
        y = self.student(x)
        kept, named, rows, total = [], {}, torch.zeros(2, 3), 0
        with torch.no_grad():
            kept.append(self.teacher(x))
            kept.extend([y.exp(), y.sin()])
            kept += [y.cos()]
            named["a"] = y.exp()
            named.update(b=y.sin(), n=3)
            named.setdefault("c", []).append(torch.tanh(y))
            rows[0] = y[0].exp()
            rows[1] += y[1].exp()
            total += y.exp()
            items = []
            for i in range(2):
                items.append(y * i)
            held = torch.stack(items)
            last = {"t": y.exp()}
            kept.append(last)
        out = sum(kept[:4]) + named["a"] * named["b"] * named["n"] + named["c"][0]
        return y * out * rows * total * held[1] * kept[4]["t"]
