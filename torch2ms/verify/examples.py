"""From the `example` of a row to a small torch source file that can be converted and run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from torch2ms.verify.inputs import InputSpec

_PRELUDE = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
# Imported when an example uses the name.
_STANDARD = {
    "OrderedDict": "from collections import OrderedDict",
    "math": "import math",
    "np": "import numpy as np",
    "partial": "from functools import partial",
}
_NO_LAYERS = frozenset({"Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer", "Module"})
_DTYPES = {"f": "float32", "p": "float32", "i": "int64", "b": "bool"}


class ExampleError(ValueError):
    """An example that cannot be made into a program."""


@dataclass(frozen=True, slots=True)
class Example:
    """The program of an example; `build`, `entry`, `inputs` as in `Case`. A `procedure` trains by itself."""

    source: str
    build: str | None
    entry: str | None
    inputs: tuple[tuple[str, InputSpec], ...]
    procedure: bool


def make_example(text: str, layers: Collection[str] = ()) -> Example:
    """Make a program of an expression or of a block whose last line is the result.

    `layers` are the qualified names of module classes outside of torch.
    """
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise ExampleError(f"example does not parse: {error.msg} (line {error.lineno})") from error
    top: list[ast.stmt] = [s for s in body if isinstance(s, (ast.Import, ast.ImportFrom, ast.ClassDef))]
    used = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    body = [statement for statement in body if statement not in top]
    top = [_statement(line) for name, line in _STANDARD.items() if name in used] + top
    inputs = _Inputs()
    body = [inputs.visit(statement) for statement in body]
    if not body or not isinstance(body[-1], ast.Expr):
        raise ExampleError("the last line of an example is its result: an expression")
    body[-1] = ast.Return(body[-1].value)
    classes = {statement.name for statement in top if isinstance(statement, ast.ClassDef)}
    classes |= _imported(top, layers)
    if ".backward(" in text or "optim." in text:
        return _procedure(top, body, inputs, classes)
    built = _Layers(classes, _assigned(body))
    body = [built.visit(statement) for statement in body]
    if not built.found:
        definition = _function("example", inputs.names, body)
        return Example(_render(top, definition), None, "example", tuple(inputs.found), False)
    to_build = [name for name in inputs.names if name in _names(built.found)]
    init: list[ast.stmt] = [_statement("super().__init__()")]
    init += [_assign(f"self.layer{i}", layer) for i, layer in enumerate(built.found)]
    module = ast.ClassDef(
        name="Example",
        bases=[_expression("nn.Module")],
        keywords=[],
        body=[
            _function("__init__", to_build, init, "self"),
            _function("forward", [name for name in inputs.names if name not in to_build], body, "self"),
        ],
        decorator_list=[],
    )
    return Example(_render(top, module), f"Example({', '.join(to_build)})", None, tuple(inputs.found), False)


def _procedure(top: list[ast.stmt], body: list[ast.stmt], inputs: _Inputs, classes: set[str]) -> Example:
    """A training procedure: the first layer it names becomes a parameter, so that weights can be set."""
    layers = _Layers(classes, frozenset())
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=value) if layers.is_layer(value):
                build = _function("build", [], [ast.Return(value)])
                build.returns = _expression("nn.Module")
                rest = [other for other in body if other is not statement]
                definition = _function("example", inputs.names, rest, f"{name}: nn.Module")
                return Example(_render(top, build, definition), "build()", "example", tuple(inputs.found), True)
    definition = _function("example", inputs.names, body)
    return Example(_render(top, definition), None, "example", tuple(inputs.found), True)


@dataclass
class _Inputs(ast.NodeTransformer):
    """Replaces `f(2, 3)` and the like by names."""

    found: list[tuple[str, InputSpec]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.found]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Name) or node.func.id not in _DTYPES:
            return self.generic_visit(node)
        kind = node.func.id
        try:
            shape = tuple(int(ast.literal_eval(size)) for size in node.args)
            options = {keyword.arg: int(ast.literal_eval(keyword.value)) for keyword in node.keywords}
        except (ValueError, TypeError):
            raise ExampleError(f"{ast.unparse(node)}: sizes are literal ints") from None
        if set(options) - ({"low", "high"} if kind == "i" else set()):
            raise ExampleError(f"{ast.unparse(node)}: only i() has options: low, high")
        spec = InputSpec(_DTYPES[kind], shape, options.get("low", 0), options.get("high", 10), positive=kind == "p")
        self.found.append((f"x{len(self.found)}", spec))
        return ast.Name(self.found[-1][0], ast.Load())


@dataclass
class _Layers(ast.NodeTransformer):
    """Replaces the construction of layers by attributes of self."""

    classes: set[str]
    local: frozenset[str]
    found: list[ast.expr] = field(default_factory=list)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not self.is_layer(node) or self.local & _names([node]):
            return self.generic_visit(node)
        self.found.append(node)
        return _expression(f"self.layer{len(self.found) - 1}")

    def _visit_scope(self, node: ast.AST) -> ast.AST:
        """What a comprehension or lambda builds, it builds anew each time."""
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda = _visit_scope

    def is_layer(self, node: ast.expr) -> bool:
        """Whether this is the construction of a module."""
        match node:
            case ast.Call(func=ast.Name(name)):
                return name in self.classes
            case ast.Call(func=ast.Attribute() as func) if ast.unparse(func) in self.classes:
                return True
            case ast.Call(func=ast.Attribute(value, name)) if ast.unparse(value) in ("nn", "torch.nn"):
                return name[0].isupper() and name not in _NO_LAYERS
        return False


def _imported(top: list[ast.stmt], layers: Collection[str]) -> set[str]:
    """What an example calls the module classes that it imports."""
    found: set[str] = set()
    for statement in top:
        for alias in statement.names if isinstance(statement, (ast.Import, ast.ImportFrom)) else ():
            whole = f"{statement.module}.{alias.name}" if isinstance(statement, ast.ImportFrom) else alias.name
            local = alias.asname or alias.name
            found |= {local + layer[len(whole) :] for layer in layers if f"{layer}.".startswith(f"{whole}.")}
    return found


def _assigned(body: list[ast.stmt]) -> frozenset[str]:
    nodes = [node for statement in body for node in _outside_comprehensions(statement)]
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(stored | {node.arg for node in nodes if isinstance(node, ast.arg)})


def _outside_comprehensions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for child in ast.iter_child_nodes(node):
            yield from _outside_comprehensions(child)


def _names(nodes: list[ast.expr]) -> set[str]:
    return {found.id for node in nodes for found in ast.walk(node) if isinstance(found, ast.Name)}


def _function(name: str, inputs: list[str], body: list[ast.stmt], *first: str) -> ast.FunctionDef:
    parameters = ", ".join([*first, *(f"{parameter}: torch.Tensor" for parameter in inputs)])
    definition = ast.parse(f"def {name}({parameters}): pass").body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.body = body
    return definition


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _assign(target: str, value: ast.expr) -> ast.stmt:
    statement = _statement(f"{target} = None")
    assert isinstance(statement, ast.Assign)
    statement.value = value
    return statement


def _render(top: list[ast.stmt], *definitions: ast.stmt) -> str:
    return "\n\n".join(_parts(top, definitions))


def _parts(top: list[ast.stmt], definitions: tuple[ast.stmt, ...]) -> Iterator[str]:
    imports = [ast.unparse(s) + "\n" for s in top if not isinstance(s, ast.ClassDef)]
    yield _PRELUDE + "".join(imports)
    for definition in [*(s for s in top if isinstance(s, ast.ClassDef)), *definitions]:
        yield ast.unparse(ast.fix_missing_locations(definition)) + "\n"
