"""A class for both frameworks."""


class Base:
    def forward(self, x):
        return x * 2

    construct = forward

    def __call__(self, x):
        own = type(self).construct is not Base.construct
        return self.construct(x) if own else self.forward(x)
