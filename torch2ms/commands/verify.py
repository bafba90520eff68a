"""`torch2ms verify`: a model in PyTorch and its conversion in MindSpore, compared. Needs the verify extra."""

from __future__ import annotations

import fnmatch
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch2ms.commands.choices import Color, Format
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import ERROR, FINDINGS, FINE, CommandError, command, is_colored, progress
from torch2ms.model import Settings
from torch2ms.report.verify import verification_json, write_verification
from torch2ms.verify.case import Case, CaseResult, CaseStatus
from torch2ms.verify.conversion import Converter
from torch2ms.verify.runner import run_cases
from torch2ms.verify.targets import Target, TargetError, find_cases, target_case


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """What to compare and how.

    `path` is a torch source, whose model `model` and `inputs` describe, or a list of models (TOML file or folder), of
    which `only` picks some. `tolerance` is relative, of outputs. `timeout` is in seconds, for one model in one
    framework.
    """

    path: Path
    model: str | None = None
    inputs: tuple[str, ...] = ()
    converted: Path | None = None
    alongside: tuple[Path, ...] = ()
    weights: Path | None = None
    key: str | None = None
    checkpoint: Path | None = None
    loss: str | None = None
    steps: int = 3
    rate: float = 1e-3
    optimizer: str | None = None
    train: bool = True
    graph: bool = False
    time: bool = False
    tolerance: float = 1e-5
    timeout: float = 300.0
    only: str = "*"
    format: Format = Format.TEXT
    mappings: tuple[Path, ...] = ()
    color: Color = Color.AUTO


@command
def run(options: VerifyOptions) -> int:
    """Run, compare and report; the exit code."""
    start = time.perf_counter()
    try:
        cases = _cases(options)
    except (TargetError, ValueError) as error:
        raise CommandError(str(error)) from None
    converter = Converter(tables_with(options.mappings), Settings(mappings=options.mappings))
    with progress(len(cases) * (3 if options.graph else 2)) as advance:
        results = run_cases(
            cases,
            graph=options.graph,
            time=options.time,
            timeout=options.timeout,
            converter=converter,
            progress=advance,
        )
    seconds = time.perf_counter() - start
    if options.format is Format.JSON:
        sys.stdout.write(verification_json(results, seconds))
    else:
        write_verification(results, seconds, sys.stdout, color=is_colored(options.color, sys.stdout))
    return _exit_code(results)


def _cases(options: VerifyOptions) -> list[Case]:
    """The cases asked for. Raises CommandError, and TargetError or ValueError for what cannot be understood."""
    if options.path.suffix == ".py":
        if options.model is None:
            raise CommandError("--model is needed: the expression that makes the model")
        return [target_case(_target(options, options.model), Path())]
    if options.model is not None or options.inputs:
        raise CommandError("--model and --input describe one Python file; a folder or TOML file lists its own")
    cases = [case for case in find_cases(options.path) if fnmatch.fnmatchcase(case.name, options.only)]
    if not cases:
        raise CommandError(f"{options.path}: no model is called {options.only}")
    return cases


def _target(options: VerifyOptions, model: str) -> Target:
    return Target(
        file=str(options.path),
        model=model,
        inputs=options.inputs,
        converted=None if options.converted is None else str(options.converted),
        alongside=tuple(map(str, options.alongside)),
        weights=None if options.weights is None else str(options.weights),
        key=options.key,
        checkpoint=None if options.checkpoint is None else str(options.checkpoint),
        loss=options.loss,
        steps=options.steps,
        rate=options.rate,
        optimizer=options.optimizer,
        train=options.train,
        tolerance=options.tolerance,
    )


def _exit_code(results: Sequence[CaseResult]) -> int:
    if any(result.status not in (CaseStatus.OK, CaseStatus.DIFFERS) for result in results):
        return ERROR
    return FINE if all(result.ok for result in results) else FINDINGS
