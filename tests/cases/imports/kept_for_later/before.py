import torch
from torch import fx, nn


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)


class Tracer(fx.Tracer):
    def is_leaf_module(self, m, name):
        return isinstance(m, nn.Conv2d)


GRAPHS = {"graph": fx.Graph, "node": fx.Node}
make = lambda: fx.Graph()  # noqa: E731


class Scaled(nn.Module):
    tracer = fx.Tracer

    def __init__(self, factor=2.0, graph=fx.Graph, *, node=fx.Node):
        super().__init__()
        self.factor = factor
        self.kinds = (graph, node)

    def forward(self, x):
        return x * self.factor + len(self.kinds)


def run(x):
    return x * len(GRAPHS) if issubclass(Tracer, object) and callable(make) else x
