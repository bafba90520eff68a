"""Find the first place at which two traced runs of one model differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from torch2ms.verify.case import CodeLine, Divergence, Values
from torch2ms.verify.compare import Array, describe, magnitude, relative_error
from torch2ms.verify.trace import Call, LocalValue, Trace
from torch2ms.verify.values import MappingNode, Node, ScalarNode, SequenceNode, TensorNode, tensors


@dataclass(frozen=True, slots=True)
class Traces:
    """Both runs, and the largest relative error that is no difference."""

    torch: Trace
    mindspore: Trace
    tolerance: float

    def twin(self, call: Call) -> Call | None:
        """The same call in MindSpore."""
        return next((c for c in self.mindspore.calls if (c.path, c.number) == (call.path, call.number)), None)

    def worst(self, expected: Node, actual: Node, where: str = "") -> Values | None:
        """The place where two results are farthest apart, however near that is; None if they hold no numbers."""
        match expected, actual:
            case TensorNode(), TensorNode():
                if expected.shape != actual.shape:
                    return self._values(where, describe(expected), describe(actual))
                return self.arrays(where, self.torch.array(expected.key), self.mindspore.array(actual.key))
            case SequenceNode(), SequenceNode() if len(expected.items) == len(actual.items):
                pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(expected.items, actual.items, strict=True))]
            case MappingNode(), MappingNode() if list(expected.items) == list(actual.items):
                pairs = [(f"[{key!r}]", item, actual.items[key]) for key, item in expected.items.items()]
            case ScalarNode(), ScalarNode():
                return None  # flags and sizes are written differently on purpose
            case _:
                return self._values(where, describe(expected), describe(actual))
        found = [self.worst(a, b, where + part) for part, a, b in pairs]
        return max((values for values in found if values is not None), key=lambda values: values.error, default=None)

    def error(self, expected: Node, actual: Node) -> float:
        """The relative error of that place."""
        worst = self.worst(expected, actual)
        return 0.0 if worst is None else worst.error

    def _values(self, where: str, torch: str, mindspore: str) -> Values:
        return Values(where, torch, mindspore, float("inf"), self.tolerance)

    def arrays(self, where: str, a: Array | None, b: Array | None, floor: float = 1e-3) -> Values | None:
        """The largest difference between two arrays; None if one is missing."""
        return None if a is None or b is None else farthest(where, a, b, self.tolerance, floor)


def farthest(where: str, a: Array, b: Array, tolerance: float, floor: float = 1e-3) -> Values:
    """The elements of two arrays that are farthest apart."""
    error = relative_error(np.asarray(a), np.asarray(b), floor)
    if a.size == 0 or a.shape != b.shape:
        return Values(where, f"shape {list(a.shape)}", f"shape {list(b.shape)}", error, tolerance)
    wide = np.complex128 if np.iscomplexobj(a) else np.float64
    x, y = np.asarray(a).astype(wide), np.asarray(b).astype(wide)
    with np.errstate(invalid="ignore"):
        distance = np.asarray(np.abs(x - y))
    # Equal infinities, and NaN in both, are no distance; NaN in one of them is the largest.
    distance[(x == y) | (np.isnan(x) & np.isnan(y))] = 0.0
    distance[np.isnan(distance)] = np.inf
    at = np.unravel_index(int(np.argmax(distance)), x.shape)
    index = f"[{', '.join(map(str, at))}]" if x.ndim else ""
    return Values(where + index, f"{x[at]:.7g}", f"{y[at]:.7g}", error, tolerance)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A call that makes the difference; `own_code` if its own code does rather than a layer's.

    `backward`: its results agree, and its gradients do not.
    """

    call: Call
    twin: Call | None
    own_code: bool
    what: str
    values: Values | None
    backward: bool = False

    def divergence(self, torch: CodeLine | None, mindspore: CodeLine | None) -> Divergence:
        """The report, with the lines to show."""
        call = self.call
        return Divergence(call.path, call.layer, self.what, self.own_code, torch, mindspore, self.values)

    @property
    def at_origin(self) -> Divergence:
        """The report, with the lines that made the layer."""
        return self.divergence(self.call.line, None if self.twin is None else self.twin.line)


# The rounding of one layer: errors below it do not tell two layers apart.
_RESOLUTION = 1e-6
# How many times steeper the step at an earlier place has to be to be taken for the cause.
_STEEPER = 2.0


@dataclass(frozen=True, slots=True)
class _Step:
    """Where an error arises: at a call's input (`before`: the code around it made it) or at its output.

    `size` is how many times larger the error is than what went in.
    """

    index: int
    before: bool
    error: float
    size: float


def find_by_outputs(traces: Traces, is_own: Callable[[str], bool], least: float = 0.0) -> Suspect | None:
    """The place whose error makes the first difference, in the order in which calls end.

    That is the first call whose output differs although its inputs agree; or the code of the module around it, if its
    inputs differ and nothing before does. A small error may pass through layers before one of them makes it a
    difference: then the place is the one at which the error rises most. A rise below `least` is not taken.

    `is_own` tells the program's own files: a layer of a library has no code to look into.
    """
    steepest: _Step | None = None
    known = _RESOLUTION
    for index, call in enumerate(traces.torch.calls):
        twin = traces.twin(call)
        if twin is None:
            continue
        came, went = traces.error(call.inputs, twin.inputs), traces.error(call.output, twin.output)
        inside = known if call.children else 0.0
        steps = [
            _Step(index, True, came, came / known),
            _Step(index, False, went, went / max(came, inside, _RESOLUTION)),
        ]
        for step in steps:
            if steepest is None or step.size > steepest.size:
                steepest = step
        if went > traces.tolerance:
            first = steps[0] if came > traces.tolerance else steps[1]
            assert steepest is not None
            found = steepest if steepest.size > _STEEPER * first.size else first
            return _suspect(traces, found, is_own) if found.size >= least else None
        known = max(known, went)
    return None


def _suspect(traces: Traces, step: _Step, is_own: Callable[[str], bool]) -> Suspect:
    call = traces.torch.calls[step.index]
    twin = traces.twin(call)
    assert twin is not None
    if not step.before:
        return Suspect(call, twin, has_own_code(call, is_own), "output", traces.worst(call.output, twin.output))
    values = traces.worst(call.inputs, twin.inputs)
    around = _around(traces, step.index, values, step.error / _STEEPER)
    return around or Suspect(call, twin, False, "input", values)


def has_own_code(call: Call, is_own: Callable[[str], bool]) -> bool:
    """Whether the code of a call is the program's own, not a library's."""
    return call.code is not None and is_own(call.code.file)


def _around(traces: Traces, index: int, values: Values | None, limit: float = float("inf")) -> Suspect | None:
    """The innermost call around a call whose own inputs have less than a certain error: its code runs in between."""
    inner = traces.torch.calls[index]
    path = inner.path
    while path:
        path = path.rpartition(".")[0]
        call = next((call for call in traces.torch.calls[index + 1 :] if call.path == path), None)
        if call is not None:
            twin = traces.twin(call)
            if twin is None or traces.error(call.inputs, twin.inputs) <= limit:
                return Suspect(call, twin, True, f"input of {inner.path}", values)
    return None


def find_by_owner(
    traces: Traces, paths: Sequence[str], what: str, values: Mapping[str, Values] | None = None
) -> Suspect | None:
    """The first call of one of these layers. `values` are those to show, by path."""
    for call in traces.torch.calls:
        if call.path in paths:
            return Suspect(call, traces.twin(call), False, what, (values or {}).get(call.path))
    return None


def earlier(traces: Traces, one: Suspect | None, other: Suspect | None) -> Suspect | None:
    """Of two suspects the one whose call ends first; `one` if it is the same call."""
    if one is None or other is None:
        return one or other
    calls = traces.torch.calls
    return one if calls.index(one.call) <= calls.index(other.call) else other


def find_by_gradients(traces: Traces, parameters: Sequence[str], is_own: Callable[[str], bool]) -> Suspect | None:
    """The layer whose backward makes the difference: its output's gradient agrees, that of its input does not.

    `parameters` are those whose own gradients differ.
    """
    largest = max((magnitude(np.asarray(a)) for _, _, a, _ in _gradients(traces)), default=0.0)
    differing: tuple[int, Call, Values] | None = None
    for index, call, a, b in _gradients(traces):
        values = traces.arrays("", a, b, max(1e-3, 1e-3 * largest))
        if values is not None and values.error > traces.tolerance:
            differing = index, call, values  # the last one in forward order is the first of the backward pass
    owner = _owning_call(traces, parameters)

    def owning(values: Values | None) -> Suspect | None:
        if owner is None:
            return None
        return Suspect(
            owner, traces.twin(owner), has_own_code(owner, is_own), "gradients of its parameters", values, True
        )

    if differing is None:
        return owning(None)
    index, call, values = differing
    if owner is not None and traces.torch.calls.index(owner) > index:
        return owning(values)
    consumer = _consumer(traces, index, call)
    if consumer is not None and has_own_code(consumer, is_own):
        return Suspect(consumer, traces.twin(consumer), True, "gradient of its input", values, True)
    if consumer is not None:
        # A library's layer whose results agree differentiates as it should: it is the code on the way to it.
        between = _between(traces, call, consumer)
        return Suspect(between, traces.twin(between), True, f"gradient of the input of {consumer.path}", values, True)
    around = _around(traces, index, values)
    if around is None:
        return Suspect(call, traces.twin(call), False, "gradient of its output", values, True)
    return Suspect(around.call, around.twin, True, f"gradient of the output of {call.path}", values, True)


def _between(traces: Traces, producer: Call, consumer: Call) -> Call:
    """The call whose code leads from the output of one layer to the input of another.

    That is the innermost one around the second whose own input has a gradient that differs, or that holds the first.
    An input that is cut off in MindSpore already was so before the call.
    """
    path = consumer.path
    calls = traces.torch.calls[traces.torch.calls.index(consumer) + 1 :]
    while path:
        path = path.rpartition(".")[0]
        call = next((call for call in calls if call.path == path), None)
        if call is None:
            continue
        twin = traces.twin(call)
        holds_both = not path or producer.path.startswith(f"{path}.")
        if holds_both or twin is None or not _agree(traces, call.inputs, twin.inputs):
            return call
    return consumer


def _agree(traces: Traces, expected: Node, actual: Node) -> bool:
    """Whether the gradients of two inputs do, or the second cannot have one; they do not if there is none."""
    if any(leaf.key in traces.mindspore.detached for leaf in tensors(actual)):
        return True
    pairs = _gradient_pairs(traces, expected, actual)
    found = [traces.arrays("", a, b) for a, b in pairs]
    return bool(found) and all(values is not None and values.error <= traces.tolerance for values in found)


def _gradients(traces: Traces) -> Iterator[tuple[int, Call, Array, Array]]:
    """Gradients of outputs, in forward order."""
    for index, call in enumerate(traces.torch.calls):
        twin = traces.twin(call)
        if twin is not None:
            for a, b in _gradient_pairs(traces, call.output, twin.output):
                yield index, call, a, b


def _gradient_pairs(traces: Traces, expected: Node, actual: Node) -> Iterator[tuple[Array, Array]]:
    """The gradients of two results. Where one run has none, nothing arrived there: it is zero."""
    for leaf, other in zip(tensors(expected), tensors(actual), strict=False):
        a = traces.torch.array(f"gradient/{leaf.key}")
        b = traces.mindspore.array(f"gradient/{other.key}")
        if a is not None or b is not None:
            zero = np.zeros_like(a if b is None else b)
            yield zero if a is None else a, zero if b is None else b


def _owning_call(traces: Traces, parameters: Sequence[str]) -> Call | None:
    """The last call of a layer that owns one of the parameters: the backward pass comes to it first."""
    owners = {name.rpartition(".")[0] for name in parameters}
    return next((call for call in reversed(traces.torch.calls) if call.path in owners), None)


def _consumer(traces: Traces, index: int, call: Call) -> Call | None:
    """The first call of a layer without layers of its own that gets exactly what this call gave."""
    made = [array for leaf in tensors(call.output) if (array := traces.torch.array(leaf.key)) is not None]
    for later in traces.torch.calls[index + 1 :]:
        if later.children:
            continue
        for leaf in tensors(later.inputs):
            array = traces.torch.array(leaf.key)
            if array is not None and any(np.array_equal(array, other) for other in made):
                return later
    return None


def find_line(traces: Traces) -> tuple[LocalValue, LocalValue, Values] | None:
    """The assignment of the followed code that gives another value: the first whose error is not small beside that of
    the code's result."""
    pairs = list(_assignments(traces))
    result = max((values.error for value, _, values in pairs if value.name == "return"), default=traces.tolerance)
    limit = max(_RESOLUTION / 2, min(traces.tolerance, result / 2))
    return next((found for found in pairs if found[2].error > limit), None)


def _assignments(traces: Traces) -> Iterator[tuple[LocalValue, LocalValue, Values]]:
    """The values both runs gave to the same variable, in order, and how far they are apart."""
    actual: dict[tuple[str, int], LocalValue] = {}
    counts: Counter[str] = Counter()
    for value in traces.mindspore.locals:
        actual[value.name, counts[value.name]] = value
        counts[value.name] += 1
    seen: Counter[str] = Counter()
    for value in traces.torch.locals:
        twin = actual.get((value.name, seen[value.name]))
        seen[value.name] += 1
        values = None if twin is None else traces.worst(value.value, twin.value)
        if twin is not None and values is not None:
            yield value, twin, values
