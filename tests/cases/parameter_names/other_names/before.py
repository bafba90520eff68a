"""An optimizer of this file, and none of torch."""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr


def make(a, b):
    return Optimizer(list(a.parameters()) + list(b.parameters()), lr=0.1)
