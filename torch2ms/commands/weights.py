"""`torch2ms weights`: a checkpoint to MindSpore, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch2ms.commands.choices import Format, Framework
from torch2ms.commands.terminal import ERROR, FINE, CommandError, command, file_error, print_error, say
from torch2ms.model import FileError
from torch2ms.weights.by_model import Model
from torch2ms.weights.convert import Target, convert_weights
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.plan import Basis
from torch2ms.weights.report import detail_lines, error_json, to_json, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsOptions:
    """The checkpoint, what to make of it, and the model it belongs to.

    `source` and `model` go together: a torch source, and the expression that makes the model there. `alongside` are
    packages it imports. `timeout` is in seconds, to build the model in each framework.
    """

    checkpoint: Path
    output: Path
    source: Path | None = None
    model: str = ""
    alongside: tuple[Path, ...] = ()
    to: Framework = Framework.MINDSPORE
    key: str = ""
    drop: tuple[str, ...] = ()
    format: Format = Format.TEXT
    mappings: tuple[Path, ...] = ()
    timeout: float = 300.0


@command
def run(options: WeightsOptions, describe: Callable[[Path, WeightsOptions], Model]) -> int:
    """Convert the checkpoint and report; the exit code.

    `describe` builds the model of a source in both frameworks. It is asked only if there is a source: without one
    neither framework is needed.
    """
    if (options.source is None) != (not options.model):
        raise CommandError("--source and --model go together")
    if not options.checkpoint.exists():
        raise file_error(options.checkpoint, "T2M906", "no such file or folder")
    try:
        model = None if options.source is None else describe(options.source, options)
        done = convert_weights(
            options.checkpoint,
            options.output,
            to=Target(options.to),
            key=options.key,
            model=model,
            drop=options.drop,
        )
    except WeightsError as error:
        _print_weights_error(error, options)
        return ERROR
    if done.plan.basis is Basis.GUESS:
        say("warning: names and layouts are guessed; --source and --model take them from the model")
    sys.stdout.write(to_json(done) if options.format is Format.JSON else to_text(done))
    return FINE


def _print_weights_error(error: WeightsError, options: WeightsOptions) -> None:
    print_error(options.checkpoint, FileError(error.code, error.message))
    for line in detail_lines(error):
        say(line)
    if options.format is Format.JSON:
        sys.stdout.write(error_json(options.checkpoint, options.output, options.to.value, error))
