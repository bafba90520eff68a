"""What all commands say to the terminal: exit codes, errors on standard error, colours, progress."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TextIO

from torch2ms.codes import Code
from torch2ms.commands.choices import Color
from torch2ms.model import FileError
from torch2ms.report.progress import Progress
from torch2ms.report.text import error_line

# Exit codes; the last two are those of a process that a signal ends, as shells say them.
FINE, FINDINGS, ERROR = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141

P = ParamSpec("P")


class CommandError(Exception):
    """The command cannot go on; the arguments are lines for the user, one for each reason."""


def command(run: Callable[P, int]) -> Callable[P, int]:
    """A command that says its CommandError on standard error and ends with the exit code of an error.

    All output is flushed at its end, so that a reader who went away (`| head`) is noticed while it can be handled.
    """

    @wraps(run)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            try:
                code = run(*args, **kwargs)
            except CommandError as error:
                for line in error.args:
                    say(f"error: {line}")
                code = ERROR
            sys.stdout.flush()
        except BrokenPipeError:
            silence()
            code = BROKEN_PIPE
        except KeyboardInterrupt:
            say("interrupted")
            code = INTERRUPTED
        return code

    return reporting


def silence() -> None:
    """Let what is still printed go nowhere: Python would complain when it flushes standard output at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def file_error(path: Path, code: Code, message: str) -> CommandError:
    """What is wrong with a file, as the error that ends the command."""
    return CommandError(f"{path}: {code} {message}")


def say(message: str) -> None:
    """A line on standard error."""
    print(message, file=sys.stderr, flush=True)


def print_error(path: Path, error: FileError) -> None:
    """What is wrong with a file, on one line of standard error."""
    say(error_line(path, error))


def print_refusal(path: Path, error: FileError) -> None:
    """A file that was left because it was edited, on one line of standard error."""
    say(error_line(path, error).replace("error: ", "left: ", 1))


def workers_of(jobs: str) -> int | None:
    """The number of --jobs; None for auto."""
    if jobs == "auto":
        return None
    if not jobs.isdecimal() or int(jobs) < 1:
        raise CommandError(f"--jobs: {jobs!r} is neither a positive number nor auto")
    return int(jobs)


def is_colored(color: Color, stream: TextIO) -> bool:
    """Whether to colour what goes to a stream."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def pager(*, wanted: bool) -> Iterator[None]:
    """Let what is printed meanwhile go through the pager, where standard output is a terminal.

    It is the one of PAGER, by default `less`, which ends by itself when all fits on a screen; none when PAGER is empty.
    """
    command = shlex.split(os.environ.get("PAGER", "less"))
    if not (wanted and command and sys.stdout.isatty() and shutil.which(command[0])):
        yield
        return
    sys.stdout.flush()
    terminal = os.dup(sys.stdout.fileno())
    shown = subprocess.Popen(command, stdin=subprocess.PIPE, env={"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ})
    if shown.stdin is None:
        raise CommandError(f"{command[0]}: no pager")
    os.dup2(shown.stdin.fileno(), sys.stdout.fileno())
    try:
        with contextlib.suppress(BrokenPipeError):  # the reader has seen enough
            yield
            sys.stdout.flush()
    finally:
        os.dup2(terminal, sys.stdout.fileno())
        os.close(terminal)
        with contextlib.suppress(BrokenPipeError):
            shown.stdin.close()
        shown.wait()


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[..., None] | None]:
    """What to call when one of so many is done; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(total) as shown:
        yield shown.advance
