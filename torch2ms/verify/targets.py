"""What `torch2ms verify` compares: models and inputs from a command line or from tables in a TOML file."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeAlias

import msgspec

from torch2ms.model import Outcome
from torch2ms.verify.case import Case, Tolerances
from torch2ms.verify.inputs import InputSpec, parse_input, stored_inputs
from torch2ms.verify.optimizers import source_of
from torch2ms.verify.program import find_program

Constant: TypeAlias = bool | int | float | str | None

FILE_NAME = "verify.toml"


class TargetError(Exception):
    """What is asked for cannot be understood; the message is one line."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model or function and how to compare it; paths are relative to the file the table stands in.

    `file` is the torch source; `model` and `entry` are expressions in its namespace, at least one of them is given.
    `model` makes the module. `entry` gives a function that is called with the inputs or, next to `model`, with the
    module and the inputs; then its result and the state it leaves are compared, gradients are not. `alongside` are
    folders or packages the source imports that are converted with it. `converted` is the MindSpore source, made if it
    is not given; what it imports stands beside it. `inputs` and the texts among `kwargs` are read by `_arguments`.
    `weights` is a torch checkpoint to load (`key`: where in it), `checkpoint` a MindSpore one. `loss` names a function
    of the model's output that gives the scalar to differentiate. `steps` of SGD with learning rate `rate` are compared,
    or of the optimizer that `optimizer` makes (see `verify.optimizers`), in eval mode if not `train`. Of `random`
    results mean and spread are compared. `graph = false` leaves graph mode out, `graph_reason` says why. `tolerance` is
    that of outputs; gradients and steps have ten times as much.
    """

    file: str
    model: str | None = None
    entry: str | None = None
    name: str | None = None
    inputs: tuple[str, ...] = ()
    kwargs: dict[str, bool | int | float | str] = {}
    converted: str | None = None
    alongside: tuple[str, ...] = ()
    weights: str | None = None
    key: str | None = None
    checkpoint: str | None = None
    loss: str | None = None
    steps: int = 3
    rate: float = 1e-3
    optimizer: str | None = None
    train: bool = True
    random: bool = False
    graph: bool = True
    graph_reason: str = ""
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        if self.model is None and self.entry is None:
            raise ValueError("model or entry is missing")
        if self.graph and self.graph_reason:
            raise ValueError("graph_reason goes with graph = false")
        if self.steps < 0:
            raise ValueError("steps is not negative")
        if not 0 < self.tolerance < 1:
            raise ValueError("tolerance lies between 0 and 1")


class _Verify(msgspec.Struct, frozen=True):
    verify: tuple[Target, ...] = ()


class _Torch2ms(msgspec.Struct, frozen=True):
    torch2ms: _Verify = _Verify()


class _File(msgspec.Struct, frozen=True):
    verify: tuple[Target, ...] = ()
    tool: _Torch2ms = _Torch2ms()


@dataclass(frozen=True, slots=True)
class _Arguments:
    """The arguments of the call: tensors by name, those passed by keyword, and constants passed by keyword."""

    tensors: tuple[tuple[str, InputSpec], ...]
    keywords: tuple[str, ...]
    constants: tuple[tuple[str, Constant], ...]


def read_targets(file: Path) -> tuple[Target, ...]:
    """The `[[verify]]` tables of a TOML file, or its `[[tool.torch2ms.verify]]`. Raises TargetError."""
    try:
        found = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), type=_File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TargetError(f"{file}: {error}") from error
    return (*found.verify, *found.tool.torch2ms.verify)


def find_cases(path: Path) -> list[Case]:
    """The cases of a TOML file or a folder; those from below a folder have its name in front of their own.

    A folder has them in its pyproject.toml and in every `verify.toml` below it. Raises TargetError.
    """
    if path.is_dir():
        files = [file for file in (path / "pyproject.toml",) if file.exists()] + sorted(path.rglob(FILE_NAME))
    elif path.exists():
        files = [path]
    else:
        raise TargetError(f"{path}: no such file or folder")
    cases = []
    for file in files:
        prefix = file.parent.relative_to(path).as_posix() if path.is_dir() and file.parent != path else ""
        for target in read_targets(file):
            case = target_case(target, file.parent)
            cases.append(replace(case, name=f"{prefix}/{case.name}") if prefix else case)
    if not cases:
        raise TargetError(f"{path}: no [[tool.torch2ms.verify]] in pyproject.toml and no [[verify]] in a {FILE_NAME}")
    return cases


def target_case(target: Target, folder: Path) -> Case:
    """The case of a target. Raises TargetError."""
    file = _existing(folder, target.file)
    arguments = _arguments(target.inputs, target.kwargs, folder)
    alongside = tuple(str(_existing(folder, path)) for path in target.alongside)
    converted = None if target.converted is None else _existing(folder, target.converted)
    others = [Path(path) for path in alongside]
    module = file.parent.name if file.stem == "__init__" else file.stem
    what = " of ".join(_expression(text) for text in (target.entry, target.model) if text is not None)
    return Case(
        name=target.name or f"{module}: {what}",
        torch_source=find_program(file, others),
        build=target.model,
        entry=target.entry,
        inputs=arguments.tensors,
        kwargs=arguments.keywords,
        constants=arguments.constants,
        loss=target.loss,
        steps=target.steps,
        rate=target.rate,
        optimizer=None if target.optimizer is None else _optimizer(target.optimizer),
        train=target.train,
        random=target.random,
        graph=target.graph,
        graph_reason=target.graph_reason,
        tolerances=Tolerances(target.tolerance, 10 * target.tolerance, 10 * target.tolerance),
        allowed=frozenset(Outcome),
        mindspore_source=None if converted is None else find_program(converted),
        alongside=alongside,
        weights=None if target.weights is None else str(_existing(folder, target.weights)),
        key=target.key,
        checkpoint=None if target.checkpoint is None else str(_existing(folder, target.checkpoint)),
        dropout=False,
        thorough=True,
        seed=what,
    )


def _expression(text: str) -> str:
    """The text of an expression, once it is known to be one."""
    try:
        ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise TargetError(f"{text}: not a Python expression: {error.msg}") from error
    return text


def _optimizer(text: str) -> str:
    try:
        return source_of(text)
    except SyntaxError as error:
        raise TargetError(f"{text}: not a Python expression: {error.msg}") from error
    except ValueError as error:
        raise TargetError(str(error)) from error


def _existing(folder: Path, path: str) -> Path:
    found = folder / path
    if not found.exists():
        raise TargetError(f"{found}: no such file or folder")
    return found.resolve()


def _arguments(inputs: Sequence[str], kwargs: Mapping[str, Constant], folder: Path) -> _Arguments:
    """The arguments of a call. An input is `f32[2,3]`, a .npy or .npz file, or any of these after `name=`."""
    positional: list[InputSpec] = []
    named: dict[str, InputSpec | Constant] = {}

    def add(name: str, value: InputSpec | Constant) -> None:
        if name in named:
            raise TargetError(f"argument {name} is given twice")
        named[name] = value

    for text in inputs:
        name, equals, value = text.partition("=")
        if equals and name.isidentifier():
            add(name, _keyword(value, folder))
            continue
        for key, spec in _tensors(text, folder).items():
            # numpy calls what is saved without a name arr_0, arr_1, …
            if key and not key.startswith("arr_"):
                add(key, spec)
            else:
                positional.append(spec)
    for name, given in kwargs.items():
        add(name, _keyword(given, folder) if isinstance(given, str) else given)
    free = (name for index in count() if (name := f"x{index}") not in named)
    keywords = {name: value for name, value in named.items() if isinstance(value, InputSpec)}
    constants = tuple((name, value) for name, value in named.items() if not isinstance(value, InputSpec))
    tensors = (*zip(free, positional, strict=False), *keywords.items())
    return _Arguments(tensors, tuple(keywords), constants)


def _tensors(text: str, folder: Path) -> dict[str, InputSpec]:
    path, _, key = text.partition(":") if ".npz:" in text else (text, "", "")
    if not path.endswith((".npy", ".npz")):
        try:
            return {"": parse_input(text)}
        except ValueError as error:
            raise TargetError(str(error)) from error
    try:
        stored = stored_inputs(str(_existing(folder, path)))
    except (OSError, ValueError) as error:
        raise TargetError(f"{path}: {error}") from error
    if not key:
        return stored
    if key not in stored:
        raise TargetError(f"{path}: no array {key} (it holds {', '.join(stored)})")
    return {"": stored[key]}


def _keyword(text: str, folder: Path) -> InputSpec | Constant:
    """A keyword argument: a tensor, or a Python constant."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        found = _tensors(text, folder)
        if len(found) != 1:
            raise TargetError(f"{text}: holds several arrays; write {text}:name") from None
        return next(iter(found.values()))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TargetError(f"{text}: not a tensor, a number, a text, True, False or None")
