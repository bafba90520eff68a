"""Search for the place at which a case differs: which runs to trace, and what to make of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch2ms.verify.case import CaseResult, Divergence, Measure, Stage, Tolerances
from torch2ms.verify.locate import Suspect, Traces, find_by_gradients, find_by_outputs, find_by_owner, find_line
from torch2ms.verify.trace import TraceRequest

_ABOUT = {
    Stage.STATISTICS: "statistics",
    Stage.STEPS: "parameters after the steps",
    Stage.SMALL: "output on values of the size of its epsilon",
}


@dataclass(frozen=True, slots=True)
class Search:
    """The search for the place at which one case differs.

    `train` is the mode of torch's first call, `trace` runs both frameworks with every layer watched, `is_own` tells the
    program's own files.
    """

    tolerances: Tolerances
    train: bool
    trace: Callable[[TraceRequest, float], Traces]
    is_own: Callable[[str], bool]

    def divergence(self, result: CaseResult) -> Divergence | None:
        """The first place that differs, None if it is not found."""
        first = next((measure for measure in result.measures if measure.messages), None)
        stage = Stage.BEFORE if first is None else first.stage
        request = TraceRequest(self.train and stage not in (Stage.BEFORE, Stage.SMALL), stage is Stage.GRADIENTS)
        tolerance = self.tolerances.gradient if stage is Stage.GRADIENTS else self.tolerances.output
        if stage in (Stage.TRAINED, Stage.GRAPH):
            return None
        traces = self.trace(request, tolerance)
        suspect = self._suspect(stage, first, traces)
        if suspect is None:
            return None
        return self._by_line(suspect, request, tolerance) if suspect.own_code else suspect.at_origin

    def _suspect(self, stage: Stage, first: Measure | None, traces: Traces) -> Suspect | None:
        names = () if first is None else first.names
        match stage:
            case Stage.BEFORE | Stage.OUTPUT:
                return find_by_outputs(traces, self.is_own)
            case Stage.GRADIENTS:
                return find_by_gradients(traces, names)
        paths = [name if stage is Stage.SMALL else name.rpartition(".")[0] for name in names]
        return find_by_owner(traces, paths, _ABOUT[stage])

    def _by_line(self, suspect: Suspect, request: TraceRequest, tolerance: float) -> Divergence:
        """Follow the suspect's own code in both frameworks, line by line."""
        call = suspect.call
        found = None
        if not request.gradients:
            found = find_line(self.trace(replace(request, lines=call.path, number=call.number), tolerance))
        if found is None:
            return suspect.divergence(call.code, None if suspect.twin is None else suspect.twin.code)
        torch, mindspore, values = found
        suspect = replace(suspect, values=values, what=torch.name)
        return suspect.divergence(torch.line, mindspore.line)
