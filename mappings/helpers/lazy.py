"""Layers whose number of input channels is that of the first input."""

from mindspore import ops


def lazy(make, axis=1, count=1):
    """The layer that `make` makes of a number of input channels: of `count` until the first call, then of as many as
    the input has along `axis`. The Parameters stay the same objects, with new shapes and new values.

    The first call has to be in PyNative mode, before an optimizer is made.
    """
    layer = make(count)
    base = type(layer)

    class Lazy(base):
        def __call__(self, x, *inputs):
            new = make(x.shape[axis])
            for mine, its in zip(self.get_parameters(), new.get_parameters(), strict=True):
                mine.set_data(its.value(), slice_shape=True)
            sizes = ("in_channels", "num_features", "num_channels", "num_groups")
            for name, value in vars(new).items():
                if name in sizes or isinstance(value, ops.Primitive):
                    setattr(self, name, value)
            self.__class__ = base
            return self(x, *inputs)

    Lazy.__name__ = base.__name__
    layer.__class__ = Lazy
    return layer
