"""Find the first place at which two traced runs of one model differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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

    def difference(self, expected: Node, actual: Node, where: str = "") -> Values | None:
        """The first difference between two results."""
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
        found = (self.difference(a, b, where + part) for part, a, b in pairs)
        return next((values for values in found if values is not None), None)

    def _values(self, where: str, torch: str, mindspore: str) -> Values:
        return Values(where, torch, mindspore, float("inf"), self.tolerance)

    def arrays(self, where: str, a: Array | None, b: Array | None, floor: float = 1e-3) -> Values | None:
        """The largest difference between two arrays, if it is one."""
        if a is None or b is None:
            return None
        error = relative_error(np.asarray(a), np.asarray(b), floor)
        if not error > self.tolerance:
            return None
        wide = np.complex128 if np.iscomplexobj(a) else np.float64
        x, y = np.asarray(a).astype(wide), np.asarray(b).astype(wide)
        distance = np.where(np.isfinite(np.abs(x - y)), np.abs(x - y), np.inf)
        at = np.unravel_index(int(np.argmax(distance)), x.shape)
        index = f"[{', '.join(map(str, at))}]" if x.ndim else ""
        return Values(where + index, f"{x[at]:.7g}", f"{y[at]:.7g}", error, self.tolerance)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A call that makes the difference; `own_code` if its own code does rather than a layer's."""

    call: Call
    twin: Call | None
    own_code: bool
    what: str
    values: Values | None

    def divergence(self, torch: CodeLine | None, mindspore: CodeLine | None) -> Divergence:
        """The report, with the lines to show."""
        call = self.call
        return Divergence(call.path, call.layer, self.what, self.own_code, torch, mindspore, self.values)

    @property
    def at_origin(self) -> Divergence:
        """The report, with the lines that made the layer."""
        return self.divergence(self.call.line, None if self.twin is None else self.twin.line)


def find_by_outputs(traces: Traces, is_own: Callable[[str], bool]) -> Suspect | None:
    """The first call, in the order of their ends, whose output differs although its inputs agree.

    If its inputs differ too, and every call before it agrees, the code of the module around it made the difference.
    `is_own` tells the program's own files: a layer of a library has no code to look into.
    """
    for index, call in enumerate(traces.torch.calls):
        twin = traces.twin(call)
        if twin is None:
            continue
        values = traces.difference(call.output, twin.output)
        if values is None:
            continue
        if traces.difference(call.inputs, twin.inputs) is None:
            return Suspect(call, twin, _has_own_code(call, is_own), "output", values)
        return _around(traces, index, values) or Suspect(call, twin, False, "input", values)
    return None


def _has_own_code(call: Call, is_own: Callable[[str], bool]) -> bool:
    return call.code is not None and is_own(call.code.file)


def _around(traces: Traces, index: int, values: Values) -> Suspect | None:
    """The call of the module around a call, whose code runs between its layers."""
    inner = traces.torch.calls[index]
    path = inner.path
    while path:
        path = path.rpartition(".")[0]
        for call in traces.torch.calls[index + 1 :]:
            if call.path == path:
                return Suspect(call, traces.twin(call), True, f"input of {inner.path}", values)
    return None


def find_by_owner(traces: Traces, paths: Sequence[str], what: str) -> Suspect | None:
    """The first call of one of these layers."""
    for call in traces.torch.calls:
        if call.path in paths:
            return Suspect(call, traces.twin(call), False, what, None)
    return None


def find_by_gradients(traces: Traces, parameters: Sequence[str]) -> Suspect | None:
    """The layer whose backward makes the difference: its output's gradient agrees, that of its input does not.

    `parameters` are those whose own gradients differ.
    """
    largest = max((magnitude(np.asarray(a)) for _, _, a, _ in _gradients(traces)), default=0.0)
    differing: tuple[int, Call, Values] | None = None
    for index, call, a, b in _gradients(traces):
        values = traces.arrays("", a, b, max(1e-3, 1e-3 * largest))
        if values is not None:
            differing = index, call, values  # the last one in forward order is the first of the backward pass
    owner = _owning_call(traces, parameters)
    if differing is None:
        return None if owner is None else Suspect(owner, traces.twin(owner), False, "gradients of its parameters", None)
    index, call, values = differing
    if owner is not None and traces.torch.calls.index(owner) > index:
        return Suspect(owner, traces.twin(owner), False, "gradients of its parameters", values)
    consumer = _consumer(traces, index, call)
    if consumer is not None:
        outer = _around(traces, traces.torch.calls.index(consumer), values)
        # A residual connection uses it too: from the outside the two cannot be told apart.
        unless = f", unless the code of {outer.call.path or 'the model'} differs" if outer is not None else ""
        return Suspect(consumer, traces.twin(consumer), False, f"gradient of its input{unless}", values)
    around = _around(traces, index, values)
    if around is None:
        return Suspect(call, traces.twin(call), False, "gradient of its output", values)
    return Suspect(around.call, around.twin, True, f"gradient of the output of {call.path}", values)


def _gradients(traces: Traces) -> Iterator[tuple[int, Call, Array, Array]]:
    """Gradients of outputs that both runs have, in forward order."""
    for index, call in enumerate(traces.torch.calls):
        twin = traces.twin(call)
        if twin is None:
            continue
        for leaf, other in zip(tensors(call.output), tensors(twin.output), strict=False):
            a = traces.torch.array(f"gradient/{leaf.key}")
            b = traces.mindspore.array(f"gradient/{other.key}")
            if a is not None and b is not None:
                yield index, call, a, b


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
    """The first assignment of the followed code that gives another value."""
    actual: dict[tuple[str, int], LocalValue] = {}
    counts: Counter[str] = Counter()
    for value in traces.mindspore.locals:
        actual[value.name, counts[value.name]] = value
        counts[value.name] += 1
    seen: Counter[str] = Counter()
    for value in traces.torch.locals:
        twin = actual.get((value.name, seen[value.name]))
        seen[value.name] += 1
        if twin is not None:
            difference = traces.difference(value.value, twin.value)
            if difference is not None:
                return value, twin, difference
    return None
