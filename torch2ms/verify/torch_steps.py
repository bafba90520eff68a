"""Steps of training in PyTorch: plain SGD, or the optimizers and schedulers of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch

from torch2ms.verify.optimizers import made_by
from torch2ms.verify.values import step_rate

Array = npt.NDArray[np.generic]


def to_array(tensor: torch.Tensor) -> Array:
    """A copy as an array; bfloat16, unknown to numpy, as float32."""
    value = tensor.detach().float() if tensor.dtype == torch.bfloat16 else tensor
    array: Array = value.numpy(force=True).copy()
    return array


def gradient_of(tensor: torch.Tensor) -> Array:
    """The gradient of a tensor as an array, zeros where it has none."""
    return to_array(torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)


def steppers(source: str, namespace: Mapping[str, object], module: torch.nn.Module) -> list[object]:
    """The optimizers and schedulers that a source of `verify.optimizers` makes. Raises TypeError for none."""
    made = made_by(source, namespace, module)
    if not any(isinstance(one, torch.optim.Optimizer) for one in made):
        raise TypeError("what makes the optimizer gives none")
    return made


def step_of(
    derived: Sequence[torch.nn.Parameter], rate: float, made: Sequence[object], total: torch.Tensor | None
) -> None:
    """A step of SGD, or of the program's own optimizers and schedulers, with gradients clipped to a norm of 1."""
    scale = step_rate(1.0, (gradient_of(parameter) for parameter in derived))
    if not made:
        with torch.no_grad():
            for parameter in derived:
                assert parameter.grad is not None
                parameter.sub_(parameter.grad, alpha=rate * scale)
    else:
        for parameter in derived:
            assert parameter.grad is not None
            parameter.grad.mul_(scale)
    for one in made:
        if isinstance(one, torch.optim.Optimizer):
            one.step()
    for one in made:
        if isinstance(one, torch.optim.lr_scheduler.ReduceLROnPlateau):
            one.step(0.0 if total is None else float(total))
        elif isinstance(one, torch.optim.lr_scheduler.LRScheduler):
            one.step()
    for parameter in derived:
        parameter.grad = None
