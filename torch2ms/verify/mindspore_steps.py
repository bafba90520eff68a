"""Steps of training in MindSpore: plain SGD, or the optimizers and schedulers of the converted program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mindspore as ms
from mindspore import ops
from mindspore.experimental import optim

from torch2ms.verify.optimizers import made_by
from torch2ms.verify.values import step_rate

_OPTIMIZERS = (optim.Optimizer, ms.nn.Optimizer)


def steppers(source: str, namespace: Mapping[str, object], network: ms.nn.Cell | None) -> list[object]:
    """The optimizers and schedulers that the conversion of a source of `verify.optimizers` makes.

    Raises TypeError for none.
    """
    made = made_by(source, namespace, network)
    if not any(isinstance(one, _OPTIMIZERS) for one in made):
        raise TypeError("what makes the optimizer gives none")
    return made


def step_of(
    parameters: Sequence[ms.Parameter],
    gradients: Sequence[ms.Tensor],
    rate: float,
    made: Sequence[object],
    total: ms.Tensor,
) -> None:
    """A step of SGD, or of the program's own optimizers and schedulers, with gradients clipped to a norm of 1.

    An optimizer gets zeros for parameters of its own that have no gradient, as it does in a converted program.
    """
    scale = step_rate(1.0, (gradient.asnumpy() for gradient in gradients))
    if not made:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            value = parameter.asnumpy() - rate * scale * gradient.asnumpy()
            parameter.set_data(ms.Tensor(value, parameter.dtype))
        return
    known = {id(one): gradient * scale for one, gradient in zip(parameters, gradients, strict=True)}
    for one in made:
        if isinstance(one, _OPTIMIZERS):
            one(tuple(known[id(p)] if id(p) in known else ops.zeros_like(p) for p in one.parameters))
    for one in made:
        if isinstance(one, optim.lr_scheduler.ReduceLROnPlateau):
            one.step(float(total.asnumpy()))
        elif isinstance(one, optim.lr_scheduler.LRScheduler):
            one.step()
