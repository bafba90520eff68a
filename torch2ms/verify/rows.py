"""The examples of the tables as cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from torch2ms.mapping.schema import Row, Tables
from torch2ms.model import Outcome
from torch2ms.source.knowledge import Knowledge
from torch2ms.verify.case import Case, CaseResult, CaseStatus, Tolerances
from torch2ms.verify.conversion import Converter
from torch2ms.verify.examples import ExampleError, make_example
from torch2ms.verify.processes import Progress
from torch2ms.verify.runner import run_cases

_REPEATS = 3
_PROVEN = frozenset({Outcome.CONVERTED, Outcome.ADAPTED})


def case_names(row: Row) -> tuple[str, ...]:
    """The names of a row's cases: that of the row, numbered from the second on."""
    return tuple(f"{row.name}#{i + 1}" if i else row.name for i in range(len(row.examples)))


def row_case(row: Row, index: int, layers: Collection[str] = ()) -> Case:
    """The case for one example of a row. `layers` are the module classes outside of torch. Raises ExampleError."""
    example = make_example(row.examples[index], layers)
    checked = any(body.check for body in row.bodies)
    tolerances = Tolerances()
    if row.tol is not None:
        value = row.tol.value
        tolerances = Tolerances(max(value, 1e-5), max(value, 1e-4), max(value, 1e-4))
    name = case_names(row)[index]
    return Case(
        name=name,
        torch_source=example.source,
        build=example.build,
        entry=example.entry,
        inputs=example.inputs,
        gradients=row.grad and not example.procedure,
        repeats=_REPEATS,
        random=row.random,
        dtypes=row.dtype is None,
        graph=row.graph is None,
        tolerances=tolerances,
        allowed=_PROVEN | {Outcome.CHECK} if checked else _PROVEN,
        seed=name,
    )


def outside_layers(tables: Tables) -> frozenset[str]:
    """The rows outside of torch that are module classes."""
    know = Knowledge(tables)
    return frozenset(filter(know.is_layer, tables.outside))


def run_rows(
    rows: Sequence[Row],
    *,
    graph: bool = False,
    timeout: float = 60.0,
    workers: int = 1,
    wanted: Callable[[str], bool] = lambda name: True,
    converter: Converter | None = None,
    progress: Progress | None = None,
) -> list[CaseResult]:
    """Run the examples whose case name is wanted; one that is no program counts as an error in torch."""
    cases: list[Case] = []
    broken: dict[str, CaseResult] = {}
    layers = () if converter is None else outside_layers(converter.tables)
    order: list[str] = []
    for row in rows:
        for index, name in enumerate(case_names(row)):
            if not wanted(name):
                continue
            order.append(name)
            try:
                cases.append(row_case(row, index, layers))
            except ExampleError as error:
                broken[name] = CaseResult(name, CaseStatus.TORCH_ERROR, str(error))
    done = run_cases(cases, graph=graph, timeout=timeout, workers=workers, converter=converter, progress=progress)
    results = broken | {result.name: result for result in done}
    return [results[name] for name in order]
