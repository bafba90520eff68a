import torch.nn as nn


class A(nn.Module):
    def forward(self, x):
        return x


class B(A):
    def forward(self, x, *args):
        if x is None:
            return A.forward(self, x)
        return A().forward(x), super(B, self).forward(x), self.__call__(x), map(self.forward, [x])


class Fn:
    @staticmethod
    def forward(ctx, x):
        return x


def hook(m: nn.Module):
    old = m.forward
    m.forward = lambda x: old(x)
    setattr(m, "forward", old)
    getattr(m, "forward")(1)
    hasattr(m, "forward")
