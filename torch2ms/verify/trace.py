"""What every layer gets and gives, in either framework, and where in the source it was made.

Hooks on both sides call `Tracer`; its calls are matched by the path of the layer.
"""

from __future__ import annotations

import contextlib
import inspect
import linecache
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Protocol, TypeAlias
from unittest import mock

import msgspec
import numpy as np
import numpy.typing as npt

from torch2ms.verify.case import CodeLine
from torch2ms.verify.values import Encoder, Framework, Node, TensorNode, pick, tensors

Array = npt.NDArray[np.generic]
TraceFunction: TypeAlias = Callable[[FrameType, str, object], "TraceFunction | None"]

# Of larger arrays, this many evenly spaced elements are kept: the search is for a place, not for a proof.
_KEPT = 1 << 21
_ORIGIN = "_torch2ms_origin"


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """The mode to run in, whether gradients are wanted, and the call whose own code is followed line by line."""

    train: bool
    gradients: bool = False
    lines: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one layer. `number` counts the calls of the same layer; calls are in order of their ends.

    `inputs` are the positional ones. `line` is where the layer was made, `code` where its own code starts.
    """

    path: str
    number: int
    layer: str
    inputs: Node
    output: Node
    children: bool
    line: CodeLine | None
    code: CodeLine | None


@dataclass(frozen=True, slots=True)
class LocalValue:
    """What a statement of the followed code made of a local variable; of its result under the name `return`."""

    name: str
    value: Node
    line: CodeLine


@dataclass(frozen=True, slots=True)
class Trace:
    """A traced run. Gradients of inputs and outputs are arrays under their keys with `gradient/` before them.

    `detached` are the keys of tensors no gradient can arrive at.
    """

    calls: tuple[Call, ...] = ()
    locals: tuple[LocalValue, ...] = ()
    keys: Mapping[str, int] = field(default_factory=dict)
    detached: frozenset[str] = frozenset()
    folder: str = ""

    def array(self, key: str) -> Array | None:
        """A kept array, not read into memory as a whole."""
        if key not in self.keys:
            return None
        array: Array = np.load(Path(self.folder) / f"{self.keys[key]}.npy", mmap_mode="r")
        return array


def read_trace(folder: Path) -> Trace:
    """What `Tracer.write` wrote, also of a run that ended early; empty if there is nothing."""
    path = folder / "trace.json"
    return msgspec.json.decode(path.read_bytes(), type=Trace) if path.exists() else Trace()


class _Arrays(dict[str, Array]):
    """Puts arrays into files as they come."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.files: dict[str, int] = {}

    def __setitem__(self, key: str, array: Array) -> None:
        self.files[key] = len(self.files)
        if array.size > _KEPT:
            array = array.reshape(-1)[:: -(-array.size // _KEPT)]
        np.save(self.folder / f"{self.files[key]}.npy", array, allow_pickle=False)


class Layer(Protocol):
    """What the layers of both frameworks have in common."""

    def register_forward_pre_hook(self, hook: Callable[[object, tuple[object, ...]], None], /) -> object:
        """`hook(layer, inputs)` is called before the layer."""

    def register_forward_hook(self, hook: Callable[[object, tuple[object, ...], object], None], /) -> object:
        """`hook(layer, inputs, output)` is called after the layer."""


class Tracer:
    """Collects the calls of a run and the values of the code that is followed."""

    def __init__(self, folder: Path, framework: Framework, request: TraceRequest) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.request = request
        self._folder = folder
        self._framework = framework
        self._arrays = _Arrays(folder)
        self._encoder = Encoder(framework, self._arrays)
        self._calls: list[Call] = []
        self._started: list[tuple[str, int, Node]] = []
        self._numbers: Counter[str] = Counter()
        self._locals: list[LocalValue] = []
        self._detached: set[str] = set()

    def watch(
        self,
        path: str,
        layer: Layer,
        function: Callable[..., object],
        children: bool,
        register: Callable[[object, TensorNode], None],
    ) -> None:
        """Follow every call of a layer, whose own code is `function`.

        With gradients, `register` is given each tensor of its output, and of its input if it has layers of its own.
        """

        def starts(_: object, inputs: tuple[object, ...]) -> None:
            node = self._starts(path, inputs, function)
            if children:
                ask(inputs, node, "/in")

        def ends(_: object, inputs: tuple[object, ...], output: object) -> None:
            ask(output, self._ends(path, layer, output, function, children), "/out")

        def ask(value: object, node: Node, start: str) -> None:
            for leaf in tensors(node) if self.request.gradients else ():
                register(pick(value, leaf.key[leaf.key.index(start) + 1 :]), leaf)

        layer.register_forward_pre_hook(starts)
        layer.register_forward_hook(ends)

    def _starts(self, path: str, inputs: tuple[object, ...], function: Callable[..., object]) -> Node:
        """A layer is called; its inputs are kept now, before anything is changed in place. Returns their tree."""
        number = self._numbers[path]
        self._numbers[path] += 1
        key = f"{path}#{number}/in"
        node = self._encoder.encode(inputs, key)
        self._started.append((path, number, node))
        if self.request.lines == path and self.request.number == number:
            sys.settrace(_Follower(_code(function), self._framework, self._keep_local).trace)
        return node

    def _ends(
        self,
        path: str,
        layer: object,
        output: object,
        function: Callable[..., object],
        children: bool,
    ) -> Node:
        """The layer is done. Returns the tree of its output."""
        while self._started and self._started[-1][0] != path:
            self._started.pop()  # ended by an exception that was caught
        _, number, inputs = self._started.pop()
        if self.request.lines == path and self.request.number == number:
            sys.settrace(None)
        node = self._encoder.encode(output, f"{path}#{number}/out")
        code = _code(function)
        start = code_line(code.co_filename, code.co_firstlineno)
        line = getattr(layer, _ORIGIN, None)
        name = type(layer).__name__
        self._calls.append(Call(path, number, name, inputs, node, children, line, start))
        return node

    def gradient(self, node: TensorNode, array: Array) -> None:
        """The gradient that arrived at a tensor of an input or an output."""
        self._arrays[f"gradient/{node.key}"] = array

    def detached(self, node: TensorNode) -> None:
        """No gradient can arrive at a tensor of an input or an output."""
        self._detached.add(node.key)

    def write(self) -> None:
        """Write the trace; may be called more than once."""
        sys.settrace(None)
        trace = Trace(
            calls=tuple(self._calls),
            locals=tuple(self._locals),
            keys=self._arrays.files,
            detached=frozenset(self._detached),
            folder=str(self._folder),
        )
        (self._folder / "trace.json").write_bytes(msgspec.json.encode(trace))

    def _keep_local(self, name: str, value: object, code: CodeType, line: int) -> None:
        node = self._encoder.encode(value, f"local/{len(self._locals)}")
        self._locals.append(LocalValue(name, node, code_line(code.co_filename, line)))


class _Follower:
    """Tells which local variables each line of one call changed."""

    def __init__(
        self, code: CodeType, framework: Framework, keep: Callable[[str, object, CodeType, int], None]
    ) -> None:
        self._code = code
        self._framework = framework
        self._keep = keep
        self._seen: dict[str, tuple[object, object]] = {}
        self._line = code.co_firstlineno

    def trace(self, frame: FrameType, event: str, argument: object) -> TraceFunction | None:
        """See `sys.settrace`."""
        return self._local if frame.f_code is self._code else None

    def _local(self, frame: FrameType, event: str, argument: object) -> TraceFunction:
        if event in ("line", "return"):
            self._changes(frame)
            self._line = frame.f_lineno
        if event == "return":
            self._keep("return", argument, self._code, frame.f_lineno)
        return self._local

    def _changes(self, frame: FrameType) -> None:
        for name, value in frame.f_locals.items():
            if name == "self" or not self._holds_tensors(value):
                continue
            # In place, torch keeps the object and counts its version up.
            state = (value, getattr(value, "_version", None))
            known = self._seen.get(name)
            if known is None or known[0] is not value or known[1] != state[1]:
                self._seen[name] = state
                self._keep(name, value, self._code, self._line)

    def _holds_tensors(self, value: object) -> bool:
        if isinstance(value, (list, tuple)):
            return any(self._framework.tensor(item) is not None for item in value[:8])
        return self._framework.tensor(value) is not None


@contextlib.contextmanager
def origins_noted(base: type, is_own: Callable[[str], bool]) -> Iterator[None]:
    """Layers of a class made meanwhile note the line of the program's own files (`is_own`) that made them."""
    original = base.__init__  # type: ignore[misc]

    def __init__(self: object, *args: object, **kwargs: object) -> None:
        original(self, *args, **kwargs)
        line = _made_at(self, sys._getframe(1), is_own)
        if line is not None:
            # In the instance's own dict: a deep copy of a layer keeps it.
            object.__setattr__(self, _ORIGIN, line)

    with mock.patch.object(base, "__init__", __init__):
        yield


def _made_at(layer: object, frame: FrameType | None, is_own: Callable[[str], bool]) -> CodeLine | None:
    """The first line of the program outside of the layer's own constructors."""
    while frame is not None:
        names = frame.f_code.co_varnames
        own_method = bool(frame.f_code.co_argcount) and frame.f_locals.get(names[0]) is layer
        if not own_method and is_own(frame.f_code.co_filename):
            return code_line(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return None


def code_line(file: str, line: int) -> CodeLine:
    """A line with its text."""
    return CodeLine(file, line, linecache.getline(file, line).strip())


def _code(function: Callable[..., object]) -> CodeType:
    inner = inspect.unwrap(function)
    inner = getattr(inner, "__func__", inner)
    code = getattr(inner, "__code__", None)
    if not isinstance(code, CodeType):
        code = compile("", "", "exec")
    return code
