"""What a model holds, in torch and after its conversion: the ground on which its checkpoints are converted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from torch2ms.mapping.load import load_tables
from torch2ms.model import Outcome
from torch2ms.verify.case import Case, CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.job import Run
from torch2ms.verify.processes import Workers
from torch2ms.verify.program import find_program
from torch2ms.verify.runner import Bench
from torch2ms.weights.description import Description


class DescriptionError(Exception):
    """The model cannot be built in one of the frameworks; the message is one line."""


def describe_model(
    source: Path,
    build: str,
    *,
    alongside: Sequence[Path] = (),
    converter: Converter | None = None,
    timeout: float = 300.0,
) -> Description:
    """Build the model of a torch source in torch, and that of its conversion in MindSpore, each in its own process.

    `build` is an expression in the source's namespace; `alongside` are folders of modules the source imports,
    converted with it, by `converter` if it is given. `timeout` is in seconds, for each framework.

    Raises DescriptionError.
    """
    case = Case(
        name=build,
        torch_source=find_program(source, alongside),
        build=build,
        allowed=frozenset(Outcome),
        alongside=tuple(map(str, alongside)),
        seed=build,
    )
    converter = Converter(load_tables()) if converter is None else converter
    with (
        tempfile.TemporaryDirectory(prefix="torch2ms-describe-") as folder,
        Workers(Path(folder), timeout) as workers,
    ):
        runs = (Run.TORCH_BUILD, Run.MINDSPORE_BUILD)
        for run in runs:
            workers.expect(run)
        bench = Bench(workers, converter)
        index = bench.add(case)
        for run in runs:
            bench.run(run)
        built = bench.built(index)
    if isinstance(built, CaseResult):
        raise DescriptionError(f"{source}: {build}: {built.status}: {' '.join(built.message.split())}")
    torch, mindspore = built
    return Description(torch.entries, torch.modules, mindspore.parameters)
