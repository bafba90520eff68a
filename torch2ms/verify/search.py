"""Search for the place at which a case differs: which runs to trace, and what to make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from torch2ms.verify.case import CaseResult, Divergence, Measure, Stage, Tolerances, Values
from torch2ms.verify.locate import (
    Suspect,
    Traces,
    earlier,
    find_by_gradients,
    find_by_outputs,
    find_by_owner,
    find_line,
    has_own_code,
)
from torch2ms.verify.trace import TraceRequest

# A wrong layer makes an error this many times that of its input; passing one on, it makes it a few times larger.
_CLEAR = 5.0


@dataclass(frozen=True, slots=True)
class Search:
    """The search for the place at which one case differs.

    `modes`: whether torch's first call, and those that were differentiated, were in training mode. `trace` runs both
    frameworks with every layer watched, `is_own` tells the program's own files. `misplaced` are parameters that have no
    counterpart, `alone` the values of layers that differ by themselves, by path.
    """

    tolerances: Tolerances
    modes: tuple[bool, bool]
    trace: Callable[[TraceRequest, float], Traces]
    is_own: Callable[[str], bool]
    misplaced: tuple[str, ...] = ()
    alone: Mapping[str, Values] = field(default_factory=dict)

    def divergence(self, result: CaseResult) -> Divergence | None:
        """The first place that differs, None if it is not found."""
        first = next((measure for measure in result.measures if measure.messages), None)
        stage = Stage.BEFORE if first is None else first.stage
        if stage in (Stage.TRAINED, Stage.GRAPH):
            return None
        request = TraceRequest(self._train(stage), stage is Stage.GRADIENTS)
        traces = self.trace(request, self.tolerances.output)
        suspect = self._suspect(stage, first, traces)
        if suspect is None:
            return None
        return self._by_line(suspect, request) if suspect.own_code else suspect.at_origin

    def _train(self, stage: Stage) -> bool:
        """The mode in which a stage ran."""
        first, derived = self.modes
        if stage in (Stage.OUTPUT, Stage.STATISTICS):
            return first
        return derived and stage in (Stage.GRADIENTS, Stage.STEPS)

    def _suspect(self, stage: Stage, first: Measure | None, traces: Traces) -> Suspect | None:
        owners = [_owner(name) for name in self.misplaced]
        if owners:
            return find_by_owner(traces, owners, "it has other parameters")
        alone = find_by_owner(traces, list(self.alone), "output, by itself on values of another size", self.alone)
        if alone is not None:
            alone = replace(alone, own_code=has_own_code(alone.call, self.is_own))
        if stage in (Stage.BEFORE, Stage.OUTPUT):
            # An error of MindSpore's has a place of its own: without a clear difference before it, there is none.
            least = _CLEAR if first is None else 0.0
            return earlier(traces, find_by_outputs(traces, self.is_own, least), alone)
        if alone is not None:
            return alone
        names = () if first is None else first.names
        if stage is Stage.GRADIENTS:
            # What changes a gradient may change a result too, by less than what counts as a difference of the whole.
            forward = find_by_outputs(traces, self.is_own, least=_CLEAR)
            return forward or find_by_gradients(replace(traces, tolerance=self.tolerances.gradient), names, self.is_own)
        what = "statistics" if stage is Stage.STATISTICS else "parameters after the steps"
        return find_by_owner(traces, [_owner(name) for name in names], what)

    def _by_line(self, suspect: Suspect, request: TraceRequest) -> Divergence:
        """Follow the suspect's own code in both frameworks, line by line."""
        call = suspect.call
        found = None
        if not suspect.backward:
            lines = replace(request, gradients=False, lines=call.path, number=call.number)
            found = find_line(self.trace(lines, self.tolerances.output))
        if found is None:
            return suspect.divergence(call.code, None if suspect.twin is None else suspect.twin.code)
        torch, mindspore, values = found
        suspect = replace(suspect, values=values, what=torch.name)
        return suspect.divergence(torch.line, mindspore.line)


def _owner(name: str) -> str:
    return name.rpartition(".")[0]
