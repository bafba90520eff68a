import torch.nn as nn


class A(nn.Module):
    def forward(self, x):
        return x


class B(A):
    def forward(self, x, *args):
        if args:
            return A.forward(self, x)
        return A().forward(x), super(B, self).forward(x) * 2

    def again(self, x):
        return self.__call__(x, x), list(map(self.forward, [x]))


class Fn:
    @staticmethod
    def forward(ctx, x):
        return x


def hook(m: nn.Module):
    old = m.forward
    m.forward = lambda x: old(x) * 3
    three = m(1)
    setattr(m, "forward", old)
    return three, getattr(m, "forward")(1), hasattr(m, "forward")
