from collections.abc import Callable
from functools import partial

from mindspore import nn, ops


def checkpoint(
    function,
    *args,
    use_reentrant=None,
    context_fn=None,
    determinism_check="default",
    debug=False,
    early_stop=True,
    preserve_rng_state=True,
    **kwargs,
):
    """Calls a function at once, as torch's checkpoint does; .recompute() of a Cell saves the memory."""
    return function(*args, **kwargs)


class Block(nn.Cell):
    def __init__(self):
        super().__init__()
        self.linear = nn.Dense(3, 3)
        self.checkpointing = None

    def set_checkpointing(self, function: Callable = checkpoint):
        self.checkpointing = function

    def construct(self, x, scale=1.0):
        if self.checkpointing is not None:
            return self.checkpointing(self.part, x, scale)
        return self.part(x, scale) * 2

    def part(self, x, scale):
        return ops.relu(self.linear(x)) * scale


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.other = Block()
        self.block.set_checkpointing()
        self.other.set_checkpointing(partial(checkpoint, use_reentrant=False))

    def construct(self, x):
        return self.block(x) + self.other(x, scale=2.0)


def with_settings(x, settings, arguments):
    x = checkpoint(ops.relu, x, **settings)
    return checkpoint(*arguments, x, use_reentrant=False)


def settled(x):
    return with_settings(x, {"use_reentrant": False, "preserve_rng_state": False}, [lambda input: 2 * ops.sigmoid(2 * input) - 1])
