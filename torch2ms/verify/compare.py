"""Compare what the two frameworks did with a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from torch2ms.verify.case import Case, Measure, Stage
from torch2ms.verify.values import MappingNode, Node, Record, ScalarNode, SequenceNode, TensorNode

Array = npt.NDArray[np.generic]

# Below this, relative to the largest gradient of the case, a gradient counts as zero: a bias before a
# BatchNorm has a true gradient of zero and an actual one of rounding noise.
_NOISE = 1e-3
# Below this, values are compared absolutely: zeros that are exact in one framework only.
_FLOOR = 1e-3
# Two float32 programs that round differently may be this many times farther apart than one of them is from the exact
# value: each has its own rounding error, and sums are taken in another order.
_NOISE_FACTOR = 8.0
# Types of 16 bits cannot be nearer: twice the distance of one value to the next.
_OF_HALF = {"float16": 2.0**-9, "bfloat16": 2.0**-6}
# Noise above this does not excuse anything: a computation that is lost in rounding proves nothing.
_NOISE_LIMIT = 1e-2


def relative_error(expected: Array, actual: Array, floor: float = _FLOOR) -> float:
    """max|a-b| / max|a|, `floor` at least below the line; inf when shapes or places of NaN and infinities differ."""
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


def allowance(tolerance: float, noise: float | None) -> float:
    """What is accepted of an array: the tolerance, or a multiple of torch's own rounding noise where that is more."""
    if noise is None or noise > _NOISE_LIMIT:
        return tolerance
    return max(tolerance, _NOISE_FACTOR * noise)


@dataclass(slots=True)
class _Comparison:
    """The comparison of one stage. Without a tolerance the values are random: only their statistics are compared."""

    case: Case
    torch: Record
    mindspore: Record
    tolerance: float | None
    messages: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    error: float = 0.0
    noise: float | None = None

    def trees(self, expected: Node, actual: Node, where: str) -> None:
        """Compare two results; differences of structure, shape and dtype become messages too."""
        match expected, actual:
            case TensorNode(), TensorNode():
                self.tensors(expected, actual, where)
            case ScalarNode(), ScalarNode():
                self.scalars(expected, actual, where)
            case SequenceNode(), SequenceNode() if len(expected.items) == len(actual.items):
                for i, (a, b) in enumerate(zip(expected.items, actual.items, strict=True)):
                    self.trees(a, b, f"{where}[{i}]")
            case MappingNode(), MappingNode() if list(expected.items) == list(actual.items):
                for key, item in expected.items.items():
                    self.trees(item, actual.items[key], f"{where}[{key!r}]")
            case _:
                self.differ(where, describe(expected), describe(actual))

    def differ(self, where: str, torch: str, mindspore: str) -> None:
        self.error = float("inf")
        self.messages.append(f"{where}: {torch} in torch, {mindspore} in MindSpore")

    def tensors(self, expected: TensorNode, actual: TensorNode, where: str) -> None:
        if expected.shape != actual.shape or (self.case.dtypes and expected.dtype != actual.dtype):
            self.differ(where, describe(expected), describe(actual))
            if expected.shape != actual.shape:
                return
        a, b = self.torch.arrays[expected.key], self.mindspore.arrays[actual.key]
        if self.tolerance is None:
            self.statistics(a, b, where)
        else:
            tolerance = max(self.tolerance, _OF_HALF.get(expected.dtype, 0.0))
            self.pair(expected.key, a, b, f"{where}: {describe(expected)}", tolerance, _FLOOR)

    def pair(self, key: str, a: Array, b: Array, label: str, tolerance: float, floor: float) -> None:
        """Compare two arrays that stand for the same thing."""
        noise = None
        if self.torch.noise is not None and key in self.torch.noise:
            noise = self.torch.noise[key] / max(magnitude(a), floor)
            self.noise = max(self.noise or 0.0, noise)
        error = relative_error(a, b, floor)
        self.error = max(self.error, error)
        if error > allowance(tolerance, noise):
            shape = "" if a.shape == b.shape else f", shapes {a.shape} and {b.shape}"
            self.messages.append(f"{label}, error {error:.2g}{shape}{_sample(a, b)}")

    def scalars(self, expected: ScalarNode, actual: ScalarNode, where: str) -> None:
        if expected.type != actual.type:
            self.differ(where, describe(expected), describe(actual))
            return
        kind = expected.type.removeprefix("numpy.").rstrip("0123456789")
        if self.tolerance is not None and kind in ("float", "complex"):
            number = complex if kind == "complex" else float
            error = relative_error(np.asarray(number(expected.value)), np.asarray(number(actual.value)))
            self.error = max(self.error, error)
            if error > self.tolerance:
                self.messages.append(f"{where}: {expected.value} in torch, {actual.value} in MindSpore")
            return
        random = self.tolerance is None and kind in ("int", "uint", "float", "bool")
        if expected.value != actual.value and not random:
            self.differ(where, describe(expected), describe(actual))

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

    def arrays(self, prefix: str, tolerance: float, noise: float) -> bool:
        """Compare the arrays whose keys start with `prefix`; False if there are none."""
        keys = [key for key in self.torch.arrays if key.startswith(prefix)]
        largest = max((magnitude(self.torch.arrays[key]) for key in keys), default=0.0)
        for key in keys:
            # What has no place in MindSpore is among the remarks, unless the tables declare it absent.
            if key in self.mindspore.arrays:
                floor = max(_FLOOR, noise * largest)
                known = len(self.messages)
                a = self.torch.arrays[key]
                accepted = max(tolerance, _OF_HALF.get(str(a.dtype), 0.0))
                self.pair(key, a, self.mindspore.arrays[key], key, accepted, floor)
                if len(self.messages) > known and prefix != "input/":
                    self.names.append(key.partition("/")[2])
        return bool(keys)

    def measure(self, stage: Stage) -> Measure:
        tolerance = self.tolerance if self.tolerance is not None else self.case.tolerances.at(stage)
        error = self.error if self.tolerance is not None else None
        return Measure(stage, error, tolerance, self.noise, tuple(self.messages), tuple(self.names))


def compare(case: Case, torch: Record, mindspore: Record) -> tuple[Measure, ...]:
    """The stages both runs have, in order; the case is fine when none has messages and MindSpore no remarks."""
    return tuple(_measures(case, torch, mindspore))


def compare_graph(case: Case, torch: Record, graph: Record) -> Measure:
    """The results of graph mode."""
    run = _Comparison(case, torch, graph, None if case.random else case.tolerances.at(Stage.GRAPH))
    for where, expected, actual in (
        ("eval mode", torch.before, graph.before),
        ("result", torch.output, graph.output),
    ):
        if expected is not None and actual is not None:
            run.trees(expected, actual, where)
    return run.measure(Stage.GRAPH)


def _measures(case: Case, torch: Record, mindspore: Record) -> Iterator[Measure]:
    def begin(stage: Stage, *, random: bool = False) -> _Comparison:
        return _Comparison(case, torch, mindspore, None if random else case.tolerances.at(stage))

    if torch.before is not None and mindspore.before is not None:
        run = begin(Stage.BEFORE)
        run.trees(torch.before, mindspore.before, "eval mode")
        yield run.measure(Stage.BEFORE)
    run = begin(Stage.ALONE)
    if run.arrays("alone/", case.tolerances.at(Stage.ALONE), 0.0):
        yield run.measure(Stage.ALONE)
    if torch.output is not None and mindspore.output is not None:
        run = begin(Stage.OUTPUT, random=case.random)
        run.trees(torch.output, mindspore.output, "result")
        yield run.measure(Stage.OUTPUT)
    for stage, prefixes, noise in (
        (Stage.STATISTICS, ("statistics/",), 0.0),
        (Stage.GRADIENTS, ("input/", "grad/"), _NOISE),
        (Stage.STEPS, ("after/",), 0.0),
    ):
        run = begin(stage)
        if any([run.arrays(prefix, case.tolerances.at(stage), noise) for prefix in prefixes]):
            yield run.measure(stage)
    if torch.evaluated is not None and mindspore.evaluated is not None:
        run = begin(Stage.TRAINED)
        if case.random:
            run.tolerance = case.tolerances.output
        run.trees(torch.evaluated, mindspore.evaluated, "eval mode")
        yield run.measure(Stage.TRAINED)


def derivative_noise(arrays: Mapping[str, Array], noise: Mapping[str, float]) -> float:
    """The largest relative noise of gradients and of what the steps make of parameters."""
    worst = 0.0
    for prefixes, share in ((("grad/", "input/"), _NOISE), (("after/",), 0.0)):
        keys = [key for key in arrays if key.startswith(prefixes)]
        floor = max([_FLOOR, *(share * magnitude(arrays[key]) for key in keys)])
        worst = max([worst, *(noise[key] / max(magnitude(arrays[key]), floor) for key in keys if key in noise)])
    return worst


def magnitude(array: Array) -> float:
    """The largest finite absolute value."""
    finite = array[np.isfinite(array)]
    return float(np.max(np.abs(finite))) if finite.size else 0.0


def describe(node: Node) -> str:
    """A result in a few words."""
    match node:
        case TensorNode(_, dtype, shape):
            return f"{dtype}{list(shape)}"
        case ScalarNode(type_, value):
            return f"{type_} {value}".strip()
        case SequenceNode(items):
            return f"({', '.join(map(describe, items))})"
        case MappingNode(entries):
            return "{" + ", ".join(f"{key!r}: {describe(item)}" for key, item in entries.items()) + "}"


def _sample(a: Array, b: Array) -> str:
    """The pair of values that differ most, for a message."""
    if a.shape != b.shape or a.size == 0:
        return ""
    wide = np.complex128 if np.iscomplexobj(a) else np.float64
    x, y = a.astype(wide).ravel(), b.astype(wide).ravel()
    difference = np.abs(x - y)
    at = int(np.argmax(np.where(np.isnan(difference), np.inf, difference)))
    return f" (torch {x[at]:.6g}, MindSpore {y[at]:.6g})"
