"""Find by trial which arguments MindSpore takes only in one Python type, and write `mappings/strict/mindspore-*.yaml`.

    python scripts/strict_arguments.py --write
    python scripts/strict_arguments.py 'torch.nn.LSTM*' --show
    python scripts/strict_arguments.py 'torch.nn.LSTM*' --write    what they call is tried anew, the rest stays

Every call of MindSpore in the converted examples of the tables is made again with each of its arguments in another type
that torch takes as well: an int for a float, a list for a tuple, a number for a bool, a NumPy number for an int, … The
parameters of the target that the example leaves at their defaults are tried in the same way, and so are those of the
helpers. What raises, ends the process, or computes something else is written down: parameter by parameter, the types
that it refuses. What comes out as before is not.

It takes MindSpore, whose version is written down with what was found. The trials run in a worker process, which is
started anew when a kernel ends it or hangs.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import json
import math
import os
import queue
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import ParamKind, Row, Signature, Tables
from torch2ms.verify.conversion import Converter
from torch2ms.verify.examples import ExampleError, make_example

TARGET = Path(__file__).resolve().parent.parent / "mappings" / "strict"
MARK = "\x01"
SECONDS = 60.0
# Enough to try a parameter in the examples of several rows, with values of several types.
SITES_A_PARAMETER = 4


@dataclass(frozen=True, slots=True)
class Place:
    """An argument of a call: the call by its place among those of the source, the parameter, how it is given.

    `given` is the index of a positional argument, the name of a keyword, or None where the call leaves it out: then
    `default` is the text of its default.
    """

    target: str
    parameter: str
    call: int
    given: int | str | None
    default: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A converted example, how it is run, and what is to be tried in it."""

    name: str
    source: str
    build: str | None
    entry: str | None
    inputs: list[tuple[str, dict[str, Any]]]
    places: list[Place] = field(default_factory=list)


# ---------------------------------------------------------------------- what is tried


def programs(tables: Tables, wanted: Callable[[str], bool]) -> Iterator[Program]:
    """The converted examples, with their calls of MindSpore and of helpers."""
    converter = Converter(tables)
    tried: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.rows.values():
        if not wanted(row.name):
            continue
        for index in range(len(row.examples)):
            program = _program(tables, converter, row, index)
            if program is None:
                continue
            places = []
            for place in _places(program.source, tables):
                key = (place.target, place.parameter)
                if tried[key] < SITES_A_PARAMETER:
                    tried[key] += 1
                    places.append(place)
            if places:
                yield Program(program.name, program.source, program.build, program.entry, program.inputs, places)


def _program(tables: Tables, converter: Converter, row: Row, index: int) -> Program | None:
    try:
        example = make_example(row.examples[index])
    except ExampleError:
        return None
    result = converter.convert_text(example.source, "example.py")
    if result.error is not None or any(site.outcome == "manual" for site in result.sites):
        return None
    inputs = [(name, asdict(spec)) for name, spec in example.inputs]
    return Program(f"{row.name}#{index}", result.text, example.build, example.entry, inputs)


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _places(source: str, tables: Tables) -> Iterator[Place]:
    tree = ast.parse(source)
    names = dict(_imported(tree))
    helpers = {helper.defines: helper for helper in tables.helpers.values()}
    defined = {node.name for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    for index, call in enumerate(_calls(tree)):
        target = _dotted(call.func, names)
        signature: Signature | None
        if isinstance(call.func, ast.Name) and call.func.id in defined and call.func.id in helpers:
            helper = helpers[call.func.id]
            target, signature = f"helper.{helper.name}", helper.signature
        elif target is not None:
            keywords = [keyword.arg for keyword in call.keywords if keyword.arg is not None]
            signature = tables.target(target, keywords)
        elif isinstance(call.func, ast.Attribute):
            target = f"mindspore.Tensor.{call.func.attr}"
            signature = tables.target(target, [k.arg for k in call.keywords if k.arg is not None])
        else:
            continue
        if signature is not None and target is not None:
            yield from _of_call(index, call, target, signature)


def _of_call(index: int, call: ast.Call, target: str, signature: Signature) -> Iterator[Place]:
    positional = [p.name for p in signature.positional]
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return
    given: set[str] = set()
    for at, name in zip(range(len(call.args)), positional, strict=False):
        given.add(name)
        yield Place(target, name, index, at)
    for keyword in call.keywords:
        given.add(str(keyword.arg))
        yield Place(target, str(keyword.arg), index, str(keyword.arg))
    for param in signature.params:
        takes = param.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)
        if takes and param.name not in given and param.default is not None and _plain(param.default):
            yield Place(target, param.name, index, None, param.default)


def _plain(text: str) -> bool:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return isinstance(value, (bool, int, float, tuple, list))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        found = names.get(node.id, "")
        return found if found.startswith("mindspore") else None
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, names)
        return None if base is None else f"{base}.{node.attr}"
    return None


# ---------------------------------------------------------------------- the trial itself, in the worker


class Recorder:
    """Stands in the place of an argument: hands it on, as it is or in another type."""

    def __init__(self) -> None:
        self.change: Change | None = None
        self.seen: list[object] = []

    def __call__(self, value: object) -> object:
        """The value, or what becomes of it."""
        self.seen.append(value)
        return value if self.change is None else self.change(value)


Change = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Other:
    """A type that torch takes in the place of the one that MindSpore is given: their names, and how a value is written
    in the one and in the other."""

    own: str
    kind: str
    right: Change
    other: Change


def _same_value(value: Any) -> object:
    return value


def other_types(value: object) -> list[Other]:
    """What torch takes in the place of a value."""
    import mindspore as ms
    import numpy as np

    own = type(value).__name__
    if isinstance(value, bool):
        return [
            Other(own, "int", _same_value, int),
            Other(own, "none", lambda v: False, lambda v: None),
            Other(own, "numpy", _same_value, np.bool_),
        ]
    if isinstance(value, int):
        found = [
            Other(own, "float", _same_value, float),
            Other(own, "numpy", _same_value, np.int64),
            Other(own, "tensor", _same_value, lambda v: ms.Tensor(v, ms.int64)),
        ]
        # Where one number stands for several, a tuple is taken too; of which length is tried.
        for length in (2, 3, 1):
            found += _sequences("tuple", lambda v, n=length: (v,) * n)
        return found
    if isinstance(value, float):
        is_whole = math.isfinite(value) and value == int(value)
        numbers = [_same_value] if is_whole else [lambda v: 1.0, lambda v: 0.0]
        found = [Other(own, "int", right, lambda v, right=right: int(right(v))) for right in numbers]
        return [
            *found,
            Other(own, "numpy", _same_value, np.float32),
            Other(own, "tensor", _same_value, lambda v: ms.Tensor(v, ms.float32)),
        ]
    if isinstance(value, (tuple, list)) and value and all(type(item) is int for item in value):
        return _sequences(own, _same_value)
    if isinstance(value, (tuple, list)) and value and all(isinstance(item, ms.Tensor) for item in value):
        return _sequences(own, _same_value)[:1]
    if isinstance(value, ms.Tensor) and value.dtype in (ms.int32, ms.int64):
        kind, dtype = ("int64", ms.int64) if value.dtype == ms.int32 else ("int32", ms.int32)
        return [Other(own, kind, _same_value, lambda v: v.astype(dtype))]
    return []


def _sequences(own: str, right: Change) -> list[Other]:
    """A list for a tuple, a tuple for a list, and a tuple of NumPy's numbers."""
    import numpy as np

    if own == "list":
        return [
            Other(own, "tuple", right, lambda v: tuple(right(v))),
            Other(own, "numpy", right, lambda v: list(map(np.int64, right(v)))),
        ]
    return [
        Other(own, "list", right, lambda v: list(right(v))),
        Other(own, "numpy", right, lambda v: tuple(map(np.int64, right(v)))),
    ]


class Trial:
    """One program with one of its arguments behind a recorder."""

    def __init__(self, program: Program, place: Place) -> None:
        tree = ast.parse(program.source)
        call = _calls(tree)[place.call]
        if place.given is None:
            value: ast.expr = ast.parse(place.default, mode="eval").body
            call.keywords.append(ast.keyword(place.parameter, _recorded(value)))
        elif isinstance(place.given, int):
            call.args[place.given] = _recorded(call.args[place.given])
        else:
            keyword = next(k for k in call.keywords if k.arg == place.given)
            keyword.value = _recorded(keyword.value)
        self.recorder = Recorder()
        self.program = program
        self.code = compile(ast.fix_missing_locations(tree), "trial", "exec")

    def run(self, change: Change | None = None) -> object:
        """What the program gives, as plain arrays."""
        import mindspore as ms

        from torch2ms.verify.inputs import InputSpec, generate

        self.recorder.change = change
        ms.set_seed(0)
        namespace: dict[str, Any] = {"__name__": "trial", "_recorded_": self.recorder}
        exec(self.code, namespace)
        inputs = {}
        for name, spec in self.program.inputs:
            inputs[name] = ms.Tensor(generate(InputSpec(**{**spec, "shape": tuple(spec["shape"])}), name))
        if self.program.build is not None:
            cell = eval(self.program.build, namespace, dict(inputs))
            cell.set_train()
            if self.program.entry is not None:  # a procedure that is given the module
                return _plain_values(namespace[self.program.entry](cell, *inputs.values()))
            wanted = [name for name in inputs if name not in self.program.build]
            return _plain_values(cell(*[inputs[name] for name in wanted]))
        return _plain_values(namespace[str(self.program.entry)](*inputs.values()))


def _recorded(value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("_recorded_", ast.Load()), [value], [])


def _plain_values(value: object) -> object:
    import mindspore as ms

    if isinstance(value, ms.Tensor):
        array = value.asnumpy()
        return array.copy()
    if isinstance(value, (list, tuple)):
        return [_plain_values(item) for item in value]
    return value


def _same(a: object, b: object) -> bool:
    import numpy as np

    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape:
            return False
        if a.dtype.kind in "fc":
            return bool(np.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True))
        return bool((a == b).all())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) is type(b) and (a == b or not isinstance(a, (bool, int, float, str)))


def outcome(trial: Trial, right: Change, other: Change) -> str:
    """What another type leads to: same, differs, or what is raised; "" where even the right type is refused."""
    try:
        expected = trial.run(right)
        # What is random differs by itself.
        random = not _same(expected, trial.run(right))
    except Exception:
        return ""
    try:
        result = trial.run(other)
    except Exception as error:
        _clear()
        return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    return "same" if random or _same(expected, result) else "differs"


def _clear() -> None:
    from mindspore.common.api import _pynative_executor

    try:
        _pynative_executor.clear_res()
    except Exception:
        return


def work() -> None:
    """The worker: programs arrive as JSON, one a line; what is tried next and what came out goes back."""
    import mindspore.runtime

    mindspore.runtime.launch_blocking()
    print(MARK + json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        program = Program(**{**message["program"], "places": []})
        for number, place in enumerate(Place(**p) for p in message["program"]["places"]):
            if number < message["from"]:
                continue
            print(MARK + json.dumps({"at": number}), flush=True)
            trial = Trial(program, place)
            try:
                trial.run()
            except Exception:
                _clear()
                continue
            if not trial.recorder.seen:
                continue
            for index, other in enumerate(other_types(trial.recorder.seen[0])):
                if f"{number}/{index}" in message["without"]:
                    continue
                found = {"number": number, "index": index, "own": other.own, "kind": other.kind}
                print(MARK + json.dumps(found), flush=True)
                result = outcome(trial, other.right, other.other)
                print(MARK + json.dumps(found | {"is": result}), flush=True)
        print(MARK + json.dumps({"done": True}), flush=True)


# ---------------------------------------------------------------------- the worker, from outside


class Worker:
    """The worker process, as long as it lives."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"GLOG_v": "3", "OMP_NUM_THREADS": "1"},
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(MARK):
                self.lines.put(line[1:])
        self.lines.put(None)

    def send(self, message: object) -> None:
        """Give it a program."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """Its next line; None when it has ended or does not answer."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            line = None
        if line is None:
            self.process.kill()
            self.process.wait()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass(frozen=True, slots=True)
class Tried:
    """What came out of one argument in another type. `own` is the type it has in the example."""

    program: str
    place: Place
    own: str
    kind: str
    result: str


def tried(found: Iterator[Program]) -> Iterator[Tried]:
    """Try everything in programs."""
    worker: Worker | None = None
    for program in found:
        start, without, done = 0, set[str](), False
        while not done:
            if worker is None:
                worker = Worker()
                worker.answer(300.0)
            worker.send({"program": asdict(program), "from": start, "without": sorted(without)})
            trying: dict[str, Any] | None = None
            while not done:
                answer = worker.answer(SECONDS)
                if answer is None:
                    worker = None
                    if trying is None:
                        start += 1
                    else:
                        without.add(f"{start}/{trying['index']}")
                        yield _tried(program, trying, "ends the process")
                    break
                done = "done" in answer
                if "at" in answer:
                    start, trying = answer["at"], None
                elif "is" in answer:
                    trying = None
                    yield _tried(program, answer, answer["is"])
                elif "index" in answer:
                    trying = answer
    if worker is not None:
        worker.process.kill()


def _tried(program: Program, answer: dict[str, Any], result: str) -> Tried:
    return Tried(program.name, program.places[answer["number"]], answer["own"], answer["kind"], result)


Refusals = dict[str, dict[str, dict[str, set[str]]]]


def refusals(results: Iterable[Tried]) -> Refusals:
    """Target, parameter and the type that it takes to the types it refuses in the place of that."""
    found: Refusals = {}
    for one in results:
        if one.result not in ("", "same") and one.own:
            parameters = found.setdefault(one.place.target, {})
            parameters.setdefault(one.place.parameter, {}).setdefault(one.own, set()).add(one.kind)
    return found


def main() -> int:
    """Try, print, and write the table if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names or globs of rows; none: all")
    parser.add_argument("--show", action="store_true", help="print everything that was tried")
    parser.add_argument("--write", action="store_true", help="write the table")
    parser.add_argument("--log", type=Path, help="keep every result in this file, as JSON lines")
    parser.add_argument("--read", type=Path, help="read the results from such a file and try nothing")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work()
        return 0
    # What was found before has no part in it.
    tables = load_tables(without=[f"mappings/strict/{path.name}" for path in TARGET.glob("*.yaml")])
    if options.read is not None:
        lines = options.read.read_text(encoding="utf-8").splitlines()
        write(tables.mindspore_version, [_read_back(json.loads(line)) for line in lines], keep=False)
        return 0
    results = []
    log = options.log.open("w") if options.log is not None else None
    for one in tried(programs(tables, lambda name: _wanted(name, options.names))):
        results.append(one)
        if log is not None:
            print(json.dumps(asdict(one)), file=log, flush=True)
        if options.show:
            print(f"{one.place.target}({one.place.parameter}={one.own}) as {one.kind}: {one.result}")
    if options.write:
        write(tables.mindspore_version, results, keep=bool(options.names))
    return 0


def _read_back(line: dict[str, Any]) -> Tried:
    return Tried(**{**line, "place": Place(**line["place"])})


def _wanted(name: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def write(version: str, results: list[Tried], keep: bool) -> None:
    """Write the table of one version of MindSpore. `keep`: what was not tried now stays as it is."""
    found = dict(refusals(results))
    path = TARGET / f"mindspore-{version}.yaml"
    if keep and path.exists():
        tried_targets = {one.place.target for one in results}
        found |= {target: types for target, types in _read(path).items() if target not in tried_targets}
    lines = [
        "# Which types the parameters of MindSpore, and of the helpers, refuse where torch takes them:",
        "# for a type that is taken, those that are not. Made by scripts/strict_arguments.py; not to be edited.",
        "",
    ]
    for target in sorted(found):
        lines.append(f"{target}:")
        for parameter, types in sorted(found[target].items()):
            shown = ", ".join(f"{taken}: {' '.join(sorted(refused))}" for taken, refused in sorted(types.items()))
            lines.append(f"  {parameter}: {{{shown}}}")
    TARGET.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tried_parameters = {(one.place.target, one.place.parameter) for one in results}
    refusing = sum(map(len, found.values()))
    print(f"{len(tried_parameters)} parameters tried, {refusing} of {len(found)} names refuse a type")


def _read(path: Path) -> dict[str, dict[str, dict[str, set[str]]]]:
    """What a table says."""
    read: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        target: {
            parameter: {taken: set(refused.split()) for taken, refused in types.items()}
            for parameter, types in parameters.items()
        }
        for target, parameters in read.items()
    }


if __name__ == "__main__":
    sys.exit(main())
