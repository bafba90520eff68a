"""The command line: flags in, exit code out. Whatever is heavy is imported by the command that needs it."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from torch2ms import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch2ms.mapping.schema import Tables
    from torch2ms.model import FileError, FileResult, Report, Settings
    from torch2ms.walk import Work
    from torch2ms.weights.by_model import Model

# Exit codes.
FINE, FINDINGS, ERROR = 0, 1, 2


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


class Framework(StrEnum):
    """What a checkpoint is for."""

    MINDSPORE = "mindspore"
    TORCH = "torch"


class FailOn(StrEnum):
    """What makes the exit code 1; errors always make it 2."""

    ERROR = "error"
    MANUAL = "manual"
    CHECK = "check"


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


app = typer.Typer(
    rich_markup_mode=None,  # rich is not imported to print help
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Convert PyTorch source to MindSpore source that computes the same numbers.",
)
mappings_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List or check the mapping tables.")
app.add_typer(mappings_app, name="mappings")

MappingsOption = Annotated[
    list[Path] | None,
    typer.Option("--mappings", metavar="FILE", help="Extra YAML table; its rows override. Repeatable."),
]


def main() -> None:
    """Entry point of the `torch2ms` script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a path or a bar must not break a terminal of another encoding
    try:
        app()
    except BrokenPipeError:
        # The reader went away (`| head`). Python would complain when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINDINGS)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"torch2ms {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def convert(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders, or - for standard input.")],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Write here: for one file the new file, or a folder to put it in; "
            "for a folder the same tree, other files copied; for several paths a folder.",
        ),
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Overwrite the files given.")] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="In place even where git has uncommitted changes.")
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", "--dry-run", help="Write nothing; a diff for `git apply` on stdout."),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if anything would change.")] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="json: standard output is the JSON report alone.")
    ] = Format.TEXT,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="Exit 1 if a site is left for you (manual), or is not certain (check). Errors exit 2.",
        ),
    ] = FailOn.ERROR,
    jobs: Annotated[str, typer.Option("--jobs", "-j", metavar="N|auto", help="Worker processes.")] = "auto",
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave these out of folders, as in a .gitignore. Repeatable."),
    ] = None,
    mappings: MappingsOption = None,
    no_todo: Annotated[bool, typer.Option("--no-todo", help="Write no TODO comments into the output.")] = False,
    color: Annotated[Color, typer.Option("--color", help="When to colour.")] = Color.AUTO,
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", metavar="NAME", help="What to call standard input.")
    ] = "<stdin>",
) -> None:
    """Convert files. Without -o or --in-place: show the diff and a summary, write nothing.

    Exit codes: 0 fine, 1 findings that --check or --fail-on asked to fail on, 2 any error.
    """
    from torch2ms.model import Settings

    start = time.perf_counter()
    from_stdin = any(str(path) == "-" for path in paths)
    if output is not None and in_place:
        _fail("-o and --in-place exclude each other")
    if from_stdin and (len(paths) > 1 or in_place):
        _fail("standard input (-) goes alone, and not with --in-place")
    workers = _jobs(jobs)
    writing = (output is not None or in_place) and not (diff or check)
    tables, usable, broken = _usable_tables(tuple(mappings or ()))
    settings = Settings(mappings=usable, todo_comments=not no_todo)
    work = (
        _stdin_work(stdin_filename, output)
        if from_stdin
        else _collect(paths, output, in_place=in_place, exclude=exclude or ())
    )
    for path, error in work.errors:
        _print_error(path, error)
    if writing and in_place:
        _guard(work, allow_dirty=allow_dirty)
    results = _convert_stdin(work, settings, tables) if from_stdin else _convert_files(work, settings, tables, workers)
    for result in results:
        if result.error is not None:
            _print_error(result.path, result.error)
    errors = [*broken, *work.errors]
    if writing:
        from torch2ms.project import write

        written = write(work, results)
        errors += written.errors
        for path, error in written.errors:
            _print_error(path, error)
    from torch2ms.model import Report

    report = Report(results, tuple(errors), time.perf_counter() - start)
    filtering = from_stdin and not (writing or diff or check)
    if format_ is Format.JSON:
        from torch2ms.report.json import to_json

        sys.stdout.write(to_json(report, tables=tables.digest))
    else:
        if filtering:
            _write_bytes(b"".join(result.output for result in results if result.error is None))
        elif diff or not (writing or check):
            _print_diffs(work, results, color=_colored(color, sys.stdout))
        _print_report(report, sys.stderr if diff or filtering else sys.stdout, color)
        if check:
            _print_changes(results)
    raise typer.Exit(_exit_code(report, check=check, fail_on=fail_on))


@app.command()
def weights(
    checkpoint: Annotated[
        Path,
        typer.Argument(metavar="CHECKPOINT", help="A file of torch.save, .safetensors, .ckpt, or an index of shards."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="OUT", help=".ckpt or .safetensors; for torch .pth, .pt, .bin or .safetensors."
        ),
    ],
    source: Annotated[
        Path | None,
        typer.Option("--source", metavar="FILE", help="The torch source of the model: names and layouts come from it."),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", metavar="EXPR", help='The model in the source, as in "Net(num_classes=10)".')
    ] = "",
    alongside: Annotated[
        list[Path] | None,
        typer.Option("--alongside", metavar="PATH", help="A package or folder it imports, converted too. Repeatable."),
    ] = None,
    to: Annotated[Framework, typer.Option("--to", help="torch: back again.")] = Framework.MINDSPORE,
    key: Annotated[
        str, typer.Option("--key", metavar="A.B", help="Where in a training checkpoint the state dict is.")
    ] = "",
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="GLOB", help="Leave out tensors whose name matches. Repeatable."),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="json: standard output is the JSON report alone.")
    ] = Format.TEXT,
    mappings: MappingsOption = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to build the model, in each framework.")] = 300.0,
) -> None:
    """Convert a checkpoint to MindSpore, or back. A pickle is read as data and never executed.

    With --source and --model (needs the verify extra) names and layouts are those of the converted model, and a
    checkpoint that does not fit it is refused. Without, they are guessed, and the report says what was.
    """
    from torch2ms.weights.convert import Target, convert_weights
    from torch2ms.weights.errors import WeightsError
    from torch2ms.weights.plan import Basis
    from torch2ms.weights.report import detail_lines, error_json, to_json, to_text

    if (source is None) != (not model):
        _fail("--source and --model go together")
    if not checkpoint.exists():
        _fail(f"{checkpoint}: T2M906 no such file or folder")
    try:
        described = None
        if source is not None:
            described = _described(source, model, tuple(alongside or ()), tuple(mappings or ()), timeout)
        done = convert_weights(checkpoint, output, to=Target(to), key=key, model=described, drop=tuple(drop or ()))
    except WeightsError as error:
        from torch2ms.model import FileError

        _print_error(checkpoint, FileError(error.code, error.message))
        for line in detail_lines(error):
            typer.echo(line, err=True)
        if format_ is Format.JSON:
            sys.stdout.write(error_json(checkpoint, output, to.value, error))
        raise typer.Exit(ERROR) from None
    if done.plan.basis is Basis.GUESS:
        typer.echo("warning: names and layouts are guessed; --source and --model take them from the model", err=True)
    sys.stdout.write(to_json(done) if format_ is Format.JSON else to_text(done))
    raise typer.Exit(FINE)


def _described(
    source: Path, build: str, alongside: tuple[Path, ...], mappings: tuple[Path, ...], timeout: float
) -> Model:
    """The model of a source, as both frameworks build it."""
    _need_frameworks("--source builds the model")
    if not source.is_file():
        _fail(f"{source}: T2M906 no such file")
    from torch2ms.model import Settings
    from torch2ms.verify.describe import DescriptionError, describe_model
    from torch2ms.verify.program import Converter
    from torch2ms.weights.by_model import Model
    from torch2ms.weights.names import layer_names

    tables = _tables(mappings)
    converter = Converter(tables, Settings(mappings=mappings))
    try:
        description = describe_model(source, build, alongside=alongside, converter=converter, timeout=timeout)
    except DescriptionError as error:
        _fail(f"{source}: T2M608 {error}")
    return Model(description, layer_names(tables))


@app.command()
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A torch source; or a folder or TOML file that lists models.")
    ],
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="EXPR", help='What makes the model, in the source: "Net(num_classes=10)".'),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="SPEC",
            help="One argument of the call: f32[2,3,32,32], f32[4]>=0<1, i64[2,7]<100, bool[2], a .npy or .npz file "
            "(x.npz:name); by keyword name=SPEC, also name=3. Repeatable.",
        ),
    ] = None,
    converted: Annotated[
        Path | None, typer.Option("--converted", metavar="FILE", help="Your MindSpore source; made if not given.")
    ] = None,
    alongside: Annotated[
        list[Path] | None,
        typer.Option("--alongside", metavar="PATH", help="A package or folder it imports, converted too. Repeatable."),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option("--weights", metavar="FILE", help="A torch checkpoint; random weights otherwise.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="Where the state dict is in the checkpoint.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="A MindSpore checkpoint to load on the other side."),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option("--loss", metavar="NAME", help="A function of the output in the source; its scalar is derived."),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", metavar="K", min=0, help="Steps of SGD to compare.")] = 3,
    rate: Annotated[float, typer.Option("--rate", metavar="R", help="Their learning rate.")] = 1e-3,
    eval_only: Annotated[bool, typer.Option("--eval", help="Never in training mode.")] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Also in MindSpore's graph mode.")] = False,
    time_: Annotated[bool, typer.Option("--time", help="Also measure the speed of both on this machine.")] = False,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", metavar="T", help="Of outputs, relative; gradients and steps have ten times it."),
    ] = 1e-5,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="For one model in one framework.")
    ] = 300.0,
    only: Annotated[
        str, typer.Option("--only", metavar="GLOB", help="Of a list, the models whose name matches.")
    ] = "*",
    format_: Annotated[
        Format, typer.Option("--format", help="json: standard output is the JSON report alone.")
    ] = Format.TEXT,
    mappings: MappingsOption = None,
    color: Annotated[Color, typer.Option("--color", help="When to colour.")] = Color.AUTO,
) -> None:
    """Run a model in PyTorch and its conversion in MindSpore with the same weights, and compare.

    Compared: results in eval and in training mode, running statistics, the gradient of every parameter and input,
    steps of SGD. Where they differ, the first layer that does is named. The model's code is run.

    Exit codes: 0 equal, 1 different, 2 could not be compared.
    """
    from torch2ms.model import Settings

    start = time.perf_counter()
    _need_frameworks("verify runs the model")
    from torch2ms.verify.program import Converter
    from torch2ms.verify.runner import run_cases
    from torch2ms.verify.targets import Target, TargetError, find_cases, target_case

    try:
        if path.suffix == ".py":
            if model is None:
                _fail("--model is needed: the expression that makes the model")
            target = Target(
                file=str(path),
                model=model,
                inputs=tuple(inputs or ()),
                converted=None if converted is None else str(converted),
                alongside=tuple(map(str, alongside or ())),
                weights=None if weights is None else str(weights),
                key=key,
                checkpoint=None if checkpoint is None else str(checkpoint),
                loss=loss,
                steps=steps,
                rate=rate,
                train=not eval_only,
                tolerance=tolerance,
            )
            cases = [target_case(target, Path())]
        elif model is not None or inputs:
            _fail("--model and --input describe one Python file; a folder or TOML file lists its own")
        else:
            cases = [case for case in find_cases(path) if fnmatch.fnmatchcase(case.name, only)]
            if not cases:
                _fail(f"{path}: no model is called {only}")
    except (TargetError, ValueError) as error:
        _fail(str(error))
    converter = Converter(_tables(tuple(mappings or ())), Settings(mappings=tuple(mappings or ())))
    with _progress(len(cases) * (3 if graph else 2)) as advance:
        results = run_cases(cases, graph=graph, time=time_, timeout=timeout, converter=converter, progress=advance)
    seconds = time.perf_counter() - start
    from torch2ms.report.verify import verification_json, write_verification
    from torch2ms.verify.case import CaseStatus

    if format_ is Format.JSON:
        sys.stdout.write(verification_json(results, seconds))
    else:
        write_verification(results, seconds, sys.stdout, color=_colored(color, sys.stdout))
    if any(result.status not in (CaseStatus.OK, CaseStatus.DIFFERS) for result in results):
        raise typer.Exit(ERROR)
    raise typer.Exit(FINE if all(result.ok for result in results) else FINDINGS)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="CODE|NAME", help="A finding code, or a torch name.")],
    mappings: MappingsOption = None,
) -> None:
    """Explain a finding code (T2M402), or show what becomes of a torch name (torch.nn.Conv2d)."""
    from torch2ms.codes import CODES, is_code
    from torch2ms.report.explain import code_page, row_page, suggestions

    code = name.upper()
    if is_code(code):
        typer.echo(code_page(CODES[code]), nl=False)
        return
    tables = _tables(tuple(mappings or ()))
    row = tables.row(name)
    if row is None:
        known = name in tables.torch_names
        reason = "torch has it, but the tables hold no row for it" if known else "no such code or torch name"
        near = suggestions(name, tables)
        _fail(f"{name}: {reason}" + (f"; near it: {', '.join(near)}" if near else ""))
    typer.echo(row_page(row, tables, asked=name), nl=False)


@mappings_app.command("list")
def mappings_list(
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Only names that start so.")] = "",
    mappings: MappingsOption = None,
) -> None:
    """List every torch name the tables know, with what becomes of it."""
    from torch2ms.report.explain import row_line

    tables = _tables(tuple(mappings or ()))
    rows = [row for name, row in sorted(tables.rows.items()) if name.startswith(prefix)]
    if not rows:
        _fail(f"no name in the tables starts with {prefix}")
    sys.stdout.writelines(row_line(row) + "\n" for row in rows)


@mappings_app.command("check")
def mappings_check(mappings: MappingsOption = None) -> None:
    """Check that every target and argument exists and that no torch argument or default is lost."""
    from torch2ms.mapping.check import check_tables

    tables = _tables(tuple(mappings or ()))
    problems = check_tables(tables)
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)
    if problems:
        raise typer.Exit(ERROR)
    typer.echo(f"{len(tables.rows)} rows and {len(tables.aliases)} aliases, no problems")


def _fail(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(ERROR)


def _need_frameworks(reason: str) -> None:
    """Fail where PyTorch or MindSpore is not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("torch", "mindspore", "numpy") if find_spec(name) is None]
    if missing:
        _fail(f"{reason}; not installed: {', '.join(missing)} (pip install 'torch2ms[verify]')")


def _print_error(path: Path, error: FileError) -> None:
    from torch2ms.report.text import error_line

    typer.echo(error_line(path, error), err=True)


def _jobs(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) < 1:
        _fail(f"--jobs: {text!r} is neither a positive number nor auto")
    return int(text)


def _tables(mappings: tuple[Path, ...]) -> Tables:
    from torch2ms.mapping.files import TableError
    from torch2ms.mapping.load import load_tables

    try:
        return load_tables(mappings)
    except TableError as error:
        _fail(str(error))


def _usable_tables(
    mappings: tuple[Path, ...],
) -> tuple[Tables, tuple[Path, ...], list[tuple[Path, FileError]]]:
    """The tables without the user's broken ones, each of which is reported and makes the run exit with 2."""
    from torch2ms.mapping.files import TableError
    from torch2ms.mapping.load import load_tables
    from torch2ms.model import FileError

    usable = list(mappings)
    broken: list[tuple[Path, FileError]] = []
    while True:
        try:
            return load_tables(usable), tuple(usable), broken
        except TableError as error:
            path = next((p for p in usable if p == Path(error.path)), None)
            if path is None:
                _fail(str(error))
            usable.remove(path)
            broken.append((path, FileError("T2M904", error.message, error.line)))
            _print_error(*broken[-1])


def _collect(paths: list[Path], output: str | None, *, in_place: bool, exclude: Iterable[str]) -> Work:
    from torch2ms.walk import OutputError, collect

    try:
        work = collect(
            paths,
            output=None if output is None else Path(output),
            output_is_folder=output is not None and output.endswith(("/", os.sep)),
            in_place=in_place,
            exclude=tuple(exclude),
        )
    except OutputError as error:
        _fail(str(error))
    if not work.targets and not work.errors:
        typer.echo(f"warning: no Python files in {', '.join(map(str, paths))}", err=True)
    return work


def _stdin_work(name: str, output: str | None) -> Work:
    from torch2ms.walk import Target, Work

    dest = None if output is None else Path(output)
    if dest is not None and (dest.is_dir() or str(output).endswith(("/", os.sep))):
        _fail(f"{output}: is a folder, but standard input needs a file")
    path = Path(name)
    return Work((Target(path, path.parent, True, dest),))


def _convert_stdin(work: Work, settings: Settings, tables: Tables) -> tuple[FileResult, ...]:
    from torch2ms.project import convert_data

    (target,) = work.targets
    return (convert_data(sys.stdin.buffer.read(), target.path, settings, tables),)


def _convert_files(work: Work, settings: Settings, tables: Tables, jobs: int | None) -> tuple[FileResult, ...]:
    from torch2ms.project import convert_targets

    with _progress(len(work.targets)) as advance:
        return convert_targets(work.targets, settings, jobs=jobs, tables=tables, progress=advance)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[..., None] | None]:
    """What to call when one of so many is done; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from torch2ms.report.progress import Progress

    with Progress(total) as progress:
        yield progress.advance


def _guard(work: Work, *, allow_dirty: bool) -> None:
    """Before any work in place: refuse what could not be told apart, or undone, afterwards."""
    from torch2ms.git import state

    found = state(target.path for target in work.targets)
    if not allow_dirty:
        if found.problem:
            _fail(f"cannot ask git for uncommitted changes ({found.problem}); --allow-dirty goes on without")
        if found.dirty:
            names = ", ".join(str(path) for path in found.dirty[:5])
            more = f" and {len(found.dirty) - 5} more" if len(found.dirty) > 5 else ""
            _fail(f"uncommitted changes in {names}{more}: commit or stash them, or use --allow-dirty")
    if found.outside:
        first = found.outside[0]
        more = f" and {len(found.outside) - 1} more" if len(found.outside) > 1 else ""
        typer.echo(f"warning: {first}{more}: not in a git repository, so there is no way back", err=True)


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _print_diffs(work: Work, results: Iterable[FileResult], *, color: bool) -> None:
    from torch2ms.report.diff import patch_name, unified

    for target, result in zip(work.targets, results, strict=True):
        if result.source != result.output:
            _write_bytes(unified(result, patch_name(target.path, target.root), color=color))


def _print_report(report: Report, stream: TextIO, color: Color) -> None:
    from torch2ms.report.text import write_report

    write_report(report, stream, color=_colored(color, stream))


def _print_changes(results: Iterable[FileResult]) -> None:
    from torch2ms.model import Status

    for result in results:
        if result.status is Status.CHANGED:
            typer.echo(f"would change {result.path}", err=True)


def _colored(color: Color, stream: TextIO) -> bool:
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _exit_code(report: Report, *, check: bool, fail_on: FailOn) -> int:
    from torch2ms.model import Outcome, Status

    if report.errors or any(result.error is not None for result in report.files):
        return ERROR
    if check and any(result.status is Status.CHANGED for result in report.files):
        return FINDINGS
    if fail_on is FailOn.CHECK and not all(result.clean for result in report.files):
        return FINDINGS
    if fail_on is FailOn.MANUAL and any(result.count(Outcome.MANUAL) for result in report.files):
        return FINDINGS
    return FINE
