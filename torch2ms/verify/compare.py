"""Compare what the two frameworks did with a case."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from torch2ms.verify.case import Case, Errors
from torch2ms.verify.values import MappingNode, Node, Record, ScalarNode, SequenceNode, TensorNode

Array = npt.NDArray[np.generic]

# Below this, relative to the largest gradient of the case, a gradient counts as zero: a bias before a
# BatchNorm has a true gradient of zero and an actual one of rounding noise.
_NOISE = 1e-3
# Below this, values are compared absolutely: zeros that are exact in one framework only.
_FLOOR = 1e-3


def relative_error(expected: Array, actual: Array, floor: float = _FLOOR) -> float:
    """max|a-b| / max|a|; inf when shapes or the places of NaN and infinities differ."""
    if expected.shape != actual.shape:
        return float("inf")
    if expected.size == 0:
        return 0.0
    wide = np.complex128 if np.iscomplexobj(expected) or np.iscomplexobj(actual) else np.float64
    a, b = expected.astype(wide), actual.astype(wide)
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return float("inf")
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return float("inf")
    if not finite.any():
        return 0.0
    difference = float(np.max(np.abs(a[finite] - b[finite])))
    if difference == 0.0:
        return 0.0
    return difference / max(float(np.max(np.abs(a[finite]))), floor)


@dataclass(slots=True)
class _Comparison:
    case: Case
    torch: Record
    mindspore: Record
    messages: list[str] = field(default_factory=list)

    def trees(self, expected: Node, actual: Node, where: str, limit: float | None) -> float:
        """The largest error of two results; differences of structure, shape and dtype become messages.

        Without a limit the values are random: only their statistics are compared.
        """
        match expected, actual:
            case TensorNode(), TensorNode():
                return self.tensors(expected, actual, where, limit)
            case ScalarNode(), ScalarNode():
                return self.scalars(expected, actual, where, limit)
            case SequenceNode(), SequenceNode() if len(expected.items) == len(actual.items):
                pairs = zip(expected.items, actual.items, strict=True)
                return max((self.trees(a, b, f"{where}[{i}]", limit) for i, (a, b) in enumerate(pairs)), default=0.0)
            case MappingNode(), MappingNode() if list(expected.items) == list(actual.items):
                errors = [
                    self.trees(item, actual.items[key], f"{where}[{key!r}]", limit)
                    for key, item in expected.items.items()
                ]
                return max(errors, default=0.0)
        self.messages.append(f"{where}: {_describe(expected)} in torch, {_describe(actual)} in MindSpore")
        return 0.0

    def tensors(self, expected: TensorNode, actual: TensorNode, where: str, limit: float | None) -> float:
        if expected.shape != actual.shape or (self.case.dtypes and expected.dtype != actual.dtype):
            self.messages.append(f"{where}: {_describe(expected)} in torch, {_describe(actual)} in MindSpore")
            if expected.shape != actual.shape:
                return 0.0
        a, b = self.torch.arrays[expected.key], self.mindspore.arrays[actual.key]
        if limit is None:
            self.statistics(a, b, where)
            return 0.0
        error = relative_error(a, b)
        if error > limit:
            self.messages.append(f"{where}: {_describe(expected)}, error {error:.2g}{_sample(a, b)}")
        return error

    def scalars(self, expected: ScalarNode, actual: ScalarNode, where: str, limit: float | None) -> float:
        if expected.type != actual.type:
            self.messages.append(f"{where}: {_describe(expected)} in torch, {_describe(actual)} in MindSpore")
            return 0.0
        if limit is not None and expected.type in ("float", "complex"):
            number = complex if expected.type == "complex" else float
            error = relative_error(np.asarray(number(expected.value)), np.asarray(number(actual.value)))
            if error > limit:
                self.messages.append(f"{where}: {expected.value} in torch, {actual.value} in MindSpore")
            return error
        random = limit is None and expected.type in ("int", "float", "bool")
        if expected.value != actual.value and not random:
            self.messages.append(f"{where}: {_describe(expected)} in torch, {_describe(actual)} in MindSpore")
        return 0.0

    def statistics(self, a: Array, b: Array, where: str) -> None:
        """Two samples of what should be one distribution: mean and spread agree within chance."""
        if a.dtype.kind not in "fiub":
            return
        x, y = a.astype(np.float64), b.astype(np.float64)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            self.messages.append(f"{where}: random values are not finite")
            return
        if x.size < 64:
            return
        spread = max(float(x.std()), float(y.std()))
        slack = 6.0 * spread / np.sqrt(x.size) + 1e-9
        if abs(x.mean() - y.mean()) > slack or abs(x.std() - y.std()) > slack:
            self.messages.append(
                f"{where}: mean {x.mean():.3g} and deviation {x.std():.3g} in torch, "
                f"{y.mean():.3g} and {y.std():.3g} in MindSpore"
            )

    def arrays(self, prefix: str, limit: float, noise: float) -> float | None:
        """The largest error among the arrays whose keys start with `prefix`."""
        keys = [key for key in self.torch.arrays if key.startswith(prefix)]
        if not keys:
            return None
        largest = max((_magnitude(self.torch.arrays[key]) for key in keys), default=0.0)
        worst = 0.0
        for key in keys:
            # What has no place in MindSpore is among the remarks, unless the tables declare it absent.
            if key not in self.mindspore.arrays:
                continue
            a, b = self.torch.arrays[key], self.mindspore.arrays[key]
            error = relative_error(a, b, max(_FLOOR, noise * largest))
            worst = max(worst, error)
            if error > limit:
                shape = "" if a.shape == b.shape else f", shapes {a.shape} and {b.shape}"
                self.messages.append(f"{key}: error {error:.2g}{shape}{_sample(a, b)}")
        return worst


def compare(case: Case, torch: Record, mindspore: Record) -> tuple[Errors, list[str]]:
    """Errors and messages; the case is fine when there are no messages."""
    run = _Comparison(case, torch, mindspore, list(mindspore.remarks))
    tolerances = case.tolerances
    output: float | None = None
    limit = None if case.random else tolerances.output
    if torch.output is not None and mindspore.output is not None:
        output = run.trees(torch.output, mindspore.output, "result", limit)
    gradients = [
        error
        for prefix in ("input/", "grad/")
        if (error := run.arrays(prefix, tolerances.gradient, _NOISE)) is not None
    ]
    state = run.arrays("after/", tolerances.step, 0.0)
    steps = [] if state is None else [state]
    if torch.evaluated is not None and mindspore.evaluated is not None:
        limit = tolerances.output if case.random else tolerances.step
        steps.append(run.trees(torch.evaluated, mindspore.evaluated, "eval mode", limit))
    errors = Errors(output, max(gradients, default=None), max(steps, default=None))
    return errors, run.messages


def _magnitude(array: Array) -> float:
    finite = array[np.isfinite(array)]
    return float(np.max(np.abs(finite))) if finite.size else 0.0


def _describe(node: Node) -> str:
    match node:
        case TensorNode(_, dtype, shape):
            return f"{dtype}{list(shape)}"
        case ScalarNode(type_, value):
            return f"{type_} {value}".strip()
        case SequenceNode(items):
            return f"({', '.join(map(_describe, items))})"
        case MappingNode(entries):
            return "{" + ", ".join(f"{key!r}: {_describe(item)}" for key, item in entries.items()) + "}"


def _sample(a: Array, b: Array) -> str:
    """The pair of values that differ most, for a message."""
    if a.shape != b.shape or a.size == 0:
        return ""
    wide = np.complex128 if np.iscomplexobj(a) else np.float64
    x, y = a.astype(wide).ravel(), b.astype(wide).ravel()
    difference = np.abs(x - y)
    at = int(np.argmax(np.where(np.isnan(difference), np.inf, difference)))
    return f" (torch {x[at]:.6g}, MindSpore {y[at]:.6g})"
