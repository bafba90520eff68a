"""The command line: flags in, exit code out. Whatever is heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from torch2ms.commands.choices import Color, Device, FailOn, Format, Framework, ScanFormat
from torch2ms.version import __version__

if TYPE_CHECKING:
    from torch2ms.commands.weights import WeightsOptions
    from torch2ms.weights.by_model import Model

app = typer.Typer(
    rich_markup_mode=None,  # rich is not imported to print help
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Convert PyTorch source to MindSpore source that computes the same numbers.",
)
mappings_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List, check or prove the mapping tables.")
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
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        from torch2ms.commands.terminal import BROKEN_PIPE, silence

        silence()  # the reader of a help text went away, for which typer exits 1
        sys.exit(BROKEN_PIPE)


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
            help="Write here: for one file the new file, or a folder to put it in; for a folder the same tree, other "
            "files copied; for several paths a folder; - is standard output. A file you edited there is left.",
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="In the output, bring your edits and the new conversion together, as git does."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="In the output, overwrite also what you have edited.")] = False,
    in_place: Annotated[bool, typer.Option("--in-place", help="Overwrite the files given.")] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="In place also where files have changes that git does not hold.")
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", "--dry-run", help="Write nothing; a diff for `git apply` on stdout."),
    ] = False,
    stat: Annotated[
        bool, typer.Option("--stat", help="Write nothing; how many lines of each file would change, not the diff.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say the summary alone, and errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say everything: notes, every file.")] = False,
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
    assume_device: Annotated[
        Device,
        typer.Option(
            "--assume-device", help="Where the output runs: faults of MindSpore's kernels for CPU matter there."
        ),
    ] = Device.CPU,
    color: Annotated[Color, typer.Option("--color", help="When to colour.")] = Color.AUTO,
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", metavar="NAME", help="What to call standard input.")
    ] = "<stdin>",
) -> None:
    """Convert files. Without -o or --in-place: show the diff and a summary, write nothing.

    Exit codes: 0 fine, 1 findings that --check or --fail-on asked to fail on, 2 any error.
    """
    from torch2ms.commands.convert import ConvertOptions, run

    options = ConvertOptions(
        paths=tuple(paths),
        output=output,
        merge=merge,
        force=force,
        in_place=in_place,
        allow_dirty=allow_dirty,
        diff=diff,
        stat=stat,
        quiet=quiet,
        verbose=verbose,
        check=check,
        format=format_,
        fail_on=fail_on,
        jobs=jobs,
        exclude=tuple(exclude or ()),
        mappings=tuple(mappings or ()),
        todo_comments=not no_todo,
        assume_device=assume_device,
        color=color,
        stdin_filename=stdin_filename,
    )
    raise typer.Exit(run(options))


@app.command()
def scan(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")],
    format_: Annotated[
        ScanFormat, typer.Option("--format", help="json or csv: standard output is that alone.")
    ] = ScanFormat.TEXT,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every file and API.")] = False,
    jobs: Annotated[str, typer.Option("--jobs", "-j", metavar="N|auto", help="Worker processes.")] = "auto",
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", metavar="GLOB", help="Leave these out of folders, as in a .gitignore. Repeatable."),
    ] = None,
    mappings: MappingsOption = None,
    assume_device: Annotated[Device, typer.Option("--assume-device", help="Where the output is to run.")] = Device.CPU,
    color: Annotated[Color, typer.Option("--color", help="When to colour.")] = Color.AUTO,
) -> None:
    """Tell what a project uses of torch, how much converts, and what is left to do. Writes nothing.

    Packages that know torch alone and blockers come first, then files and APIs by the effort they take: none, low,
    medium, high. Exit codes: 0 fine, 2 any error.
    """
    from torch2ms.commands.scan import ScanOptions, run

    options = ScanOptions(
        paths=tuple(paths),
        format=format_,
        verbose=verbose,
        jobs=jobs,
        exclude=tuple(exclude or ()),
        mappings=tuple(mappings or ()),
        assume_device=assume_device,
        color=color,
    )
    raise typer.Exit(run(options))


@app.command()
def undo(
    path: Annotated[
        Path, typer.Argument(metavar="[PATH]", help="A folder that was written to, or one that holds it.")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Also take back files that were edited since.")] = False,
) -> None:
    """Take back the last `convert -o` or `convert --in-place`: what it replaced returns, what it made goes.

    Exit codes: 0 all is as it was, 1 a file was edited since and left, 2 any error.
    """
    from torch2ms.commands.undo import UndoOptions, run

    raise typer.Exit(run(UndoOptions(path=path, force=force)))


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
    from torch2ms.commands.weights import WeightsOptions, run

    options = WeightsOptions(
        checkpoint=checkpoint,
        output=output,
        source=source,
        model=model,
        alongside=tuple(alongside or ()),
        to=to,
        key=key,
        drop=tuple(drop or ()),
        format=format_,
        mappings=tuple(mappings or ()),
        timeout=timeout,
    )
    raise typer.Exit(run(options, _described_model))


def _described_model(source: Path, options: WeightsOptions) -> Model:
    _need_frameworks("--source builds the model")
    from torch2ms.commands.described_model import described_model

    return described_model(source, options)


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
    steps: Annotated[int, typer.Option("--steps", metavar="K", min=0, help="Steps of training to compare.")] = 3,
    rate: Annotated[float, typer.Option("--rate", metavar="R", help="The learning rate of SGD.")] = 1e-3,
    optimizer: Annotated[
        str | None,
        typer.Option(
            "--optimizer",
            metavar="EXPR",
            help="What takes them in place of SGD, of `model`: make_optimizer(model), torch.optim.Adam(…).",
        ),
    ] = None,
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
    _need_frameworks("verify runs the model")
    from torch2ms.commands.verify import VerifyOptions, run

    options = VerifyOptions(
        path=path,
        model=model,
        inputs=tuple(inputs or ()),
        converted=converted,
        alongside=tuple(alongside or ()),
        weights=weights,
        key=key,
        checkpoint=checkpoint,
        loss=loss,
        steps=steps,
        rate=rate,
        optimizer=optimizer,
        train=not eval_only,
        graph=graph,
        time=time_,
        tolerance=tolerance,
        timeout=timeout,
        only=only,
        format=format_,
        mappings=tuple(mappings or ()),
        color=color,
    )
    raise typer.Exit(run(options))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="CODE|NAME", help="A finding code, a rule, or a torch name.")],
    mappings: MappingsOption = None,
) -> None:
    """Explain a finding code (T2M402) or a rule (buffers), or show what becomes of a torch name (torch.nn.Conv2d)."""
    from torch2ms.commands.explain import ExplainOptions, run

    raise typer.Exit(run(ExplainOptions(name=name, mappings=tuple(mappings or ()))))


@mappings_app.command("list")
def mappings_list(
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Only names that start so.")] = "",
    mappings: MappingsOption = None,
) -> None:
    """List every torch name the tables know, with what becomes of it."""
    from torch2ms.commands.mappings import ListOptions, run_list

    raise typer.Exit(run_list(ListOptions(prefix=prefix, mappings=tuple(mappings or ()))))


@mappings_app.command("check")
def mappings_check(
    mappings: MappingsOption = None,
    mindspore: Annotated[
        str | None, typer.Option("--mindspore", metavar="VERSION", help="Against this version, not the newest.")
    ] = None,
    torch: Annotated[
        str | None, typer.Option("--torch", metavar="VERSION", help="Against this version, not the newest.")
    ] = None,
) -> None:
    """Check that every target and argument exists and that no torch argument or default is lost."""
    from torch2ms.commands.mappings import CheckOptions, run_check

    raise typer.Exit(run_check(CheckOptions(mappings=tuple(mappings or ()), mindspore=mindspore, torch=torch)))


@mappings_app.command("prove")
def mappings_prove(
    tables: Annotated[list[Path], typer.Argument(metavar="TABLE...", help="Your YAML tables.")],
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="For one example in one framework.")
    ] = 60.0,
) -> None:
    """Run the examples of your rows in both frameworks, and keep a record beside the table.

    Sites that follow a row of yours without a record are reported as `check`. A record belongs to what the row says
    and to the version of MindSpore.

    Exit codes: 0 all rows are proven, 1 one is not, 2 any error.
    """
    _need_frameworks("mappings prove runs the examples")
    from torch2ms.commands.prove import ProveOptions, run

    raise typer.Exit(run(ProveOptions(tables=tuple(tables), timeout=timeout)))


def _need_frameworks(reason: str) -> None:
    """End here where PyTorch or MindSpore is not installed: what runs models cannot even be imported then."""
    from torch2ms.commands.frameworks import frameworks_missing

    if code := frameworks_missing(reason):
        raise typer.Exit(code)
