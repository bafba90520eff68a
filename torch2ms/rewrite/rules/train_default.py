"""Calls `set_train()` on new modules where it matters: a new torch Module is in training mode, a new Cell is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.mapping.namespaces import is_torch
from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import StmtDelete, StmtReplace
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

# Parts of the names of layers and functions that work differently in training.
_MODAL = ("Dropout", "dropout", "BatchNorm", "batch_norm", "InstanceNorm", "instance_norm", "RReLU", "rrelu")
_MODAL_LAYERS = frozenset(
    f"torch.nn.{name}"
    for name in [
        "MultiheadAttention",
        "LSTM",
        "GRU",
        "RNN",
        "Transformer",
        "TransformerEncoder",
        "TransformerDecoder",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
    ]
)
_SITE = "torch.nn.Module.__init__"
_CONTAINERS = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
_KEEPS_MODE = frozenset({"to", "cuda", "cpu", "float", "double", "half", "bfloat16", "type", "apply", "requires_grad_"})


def _finish(ctx: FileContext) -> None:
    """Set the mode of new modules outside of module classes, when it matters for them."""
    if ctx.uses_mindspore or not (ctx.facts.classes or any(_is_of_module(ctx, use.name) for use in ctx.sites())):
        return
    mode = _Mode(ctx)
    builders = _builders(ctx)
    for stmt in ctx.blocks.places:
        if not isinstance(stmt, (ast.Assign, ast.Return)) or stmt.value is None:
            continue
        if not _new_module(ctx, stmt.value, mode) or _inside_module_class(ctx, stmt):
            continue
        function = ctx.blocks.function(stmt)
        if function is not None and function.name in builders:
            continue
        plans = ctx.stmt_plans(stmt)
        if any(isinstance(plan, (StmtDelete, StmtReplace)) for plan in plans):
            continue
        if isinstance(stmt, ast.Return):
            ctx.replace_stmt(stmt, "return {module}.set_train()", {"module": stmt.value})
            ctx.structural(stmt.value, stmt, _SITE, "mindspore.nn.Cell.set_train")
        elif len(stmt.targets) == 1 and isinstance(stmt.targets[0], (ast.Name, ast.Attribute)):
            name = ctx.text(stmt.targets[0])
            if not _mode_follows(ctx, stmt, name):
                ctx.insert(stmt, "after", ctx.template(f"{name}.set_train()"))
                ctx.structural(stmt.value, stmt, _SITE, "mindspore.nn.Cell.set_train")


def _is_of_module(ctx: FileContext, name: str) -> bool:
    return name.startswith("torch.nn.") or name in ctx.tables.outside


def _is_modal(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name in _MODAL_LAYERS or last == "training" or any(part in last for part in _MODAL)


class _Mode:
    """Tells which code builds or is something that behaves differently in training, or may do so."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self.modal = [use.node.lineno for use in ctx.sites() if _is_modal(use.name)]
        self.calls = sorted(ctx.facts.calls.items(), key=lambda item: item[0].lineno)
        self.known: dict[ast.AST, bool] = {}

    def of_class(self, cls: k.ClassInfo) -> bool:
        """Whether the mode matters for modules of a class."""
        return any(self.of(c.node) for c in cls.mro()) or any(
            base != "torch.nn.Module" for base in map(self.ctx.know.canonical, cls.torch_bases) if _is_modal(base)
        )

    def of(self, node: ast.stmt | ast.Lambda) -> bool:
        """Whether the mode matters for what is inside a definition."""
        found = self.known.get(node)
        if found is None:
            self.known[node] = False
            found = self.known[node] = self._find(node)
        return found

    def _find(self, node: ast.stmt | ast.Lambda) -> bool:
        first, last = node.lineno, node.end_lineno or node.lineno
        if any(first <= line <= last for line in self.modal):
            return True
        return any(self._of_call(call, kind) for call, kind in self.calls if first <= call.lineno <= last)

    def _of_call(self, call: ast.Call, kind: k.Kind) -> bool:
        kind = k.settle(kind)
        if isinstance(kind, k.ClassRef):
            return is_module_class(kind.cls, self.ctx.know) and self.of_class(kind.cls)
        if isinstance(kind, k.FuncRef):
            return self.of(kind.func.node)
        if isinstance(kind, k.StoredApi):
            return _is_modal(kind.name)
        function = self.ctx.blocks.function(self.ctx.stmt(call))
        if function is None or function.name != "__init__":
            return False
        # A part whose class is imported or passed in may be anything.
        if isinstance(kind, k.Ref):
            return not is_torch(kind.name) and kind.name.rpartition(".")[2][:1].isupper()
        return isinstance(kind, k.Var) and isinstance(call.func, ast.Name)


def _inside_module_class(ctx: FileContext, stmt: ast.stmt) -> bool:
    for above in ctx.blocks.above(stmt):
        if isinstance(above, ast.ClassDef):
            cls = next((c for c in ctx.facts.classes if c.node is above), None)
            return cls is not None and is_module_class(cls, ctx.know)
    return False


def _builders(ctx: FileContext) -> set[str]:
    """Functions that build parts of modules: those a module class of this file calls, directly or not."""
    callers: dict[str, set[str]] = {}
    found: set[str] = set()
    for call in ctx.facts.calls:
        if not isinstance(call.func, ast.Name):
            continue
        stmt = ctx.stmt(call)
        if _inside_module_class(ctx, stmt):
            found.add(call.func.id)
        function = ctx.blocks.function(stmt)
        if function is not None:
            callers.setdefault(function.name, set()).add(call.func.id)
    pending = list(found)
    while pending:
        for name in callers.get(pending.pop(), ()):
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


def _new_module(ctx: FileContext, value: ast.expr, mode: _Mode) -> bool:
    """Whether an expression makes a module whose mode matters and has not been set."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _KEEPS_MODE:
        if not isinstance(ctx.kind(value.func.value), k.Module):
            return False
        value = value.func.value
    if not isinstance(value, ast.Call):
        return False
    callee = ctx.kind(value.func)
    if isinstance(callee, k.ClassRef):
        return is_module_class(callee.cls, ctx.know) and mode.of_class(callee.cls)
    if isinstance(callee, k.Ref):
        name = ctx.know.canonical(callee.name)
        if name in _CONTAINERS:
            stmt = ctx.stmt(value)
            return mode.of(ctx.blocks.function(stmt) or stmt)
        made = ctx.decision(value.func)
        left = made is not None and made.outcome is Outcome.MANUAL
        modal = _is_modal(name) or name in ctx.tables.outside  # what a layer outside of torch does is not known
        return ctx.know.is_layer(name) and modal and not left
    return False


def _mode_follows(ctx: FileContext, stmt: ast.stmt, name: str) -> bool:
    """Whether the mode is set before the module is used."""
    return next(_events(ctx, ctx.blocks.rest(stmt), name), False)


def _events(ctx: FileContext, body: list[ast.stmt], name: str, follow: bool = True) -> Iterator[bool]:
    """In source order: True where the mode is set, False where the module is called or handed on."""
    for stmt in own_statements(body):
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for node in _expressions(stmt):
            if not isinstance(node, ast.Call):
                continue
            func = node.func
            if isinstance(func, ast.Attribute) and _is(ctx, func.value, name):
                if func.attr in ("train", "eval", "set_train"):
                    yield not _conditional(ctx, stmt, body)
            elif _is(ctx, func, name):
                yield False
            elif any(_is(ctx, arg, name) for arg in node.args):
                yield follow and _sets_mode(ctx, node, name)
        if isinstance(stmt, ast.Return):
            yield False


def _is(ctx: FileContext, node: ast.expr, name: str) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and ctx.text(node) == name


def _conditional(ctx: FileContext, stmt: ast.stmt, body: list[ast.stmt]) -> bool:
    """Whether a statement is under an `if` or `try` that is part of a block."""
    if stmt in body:
        return False
    for above in ctx.blocks.above(stmt):
        if isinstance(above, (ast.If, ast.Try)):
            return True
        if above in body:
            break
    return False


def _sets_mode(ctx: FileContext, call: ast.Call, name: str) -> bool:
    """Whether a function of this file sets the mode of the module it is given, before it uses it."""
    kind = ctx.facts.calls[call]
    if not isinstance(kind, k.FuncRef) or isinstance(kind.func.node, ast.Lambda):
        return False
    function = kind.func.node
    params = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    position = next(i for i, arg in enumerate(call.args) if _is(ctx, arg, name)) + kind.bound
    return position < len(params) and next(_events(ctx, function.body, params[position], follow=False), False)


def _expressions(stmt: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, without those of the statements in it."""
    own = (node for node in own_nodes(stmt) if isinstance(node, ast.expr))
    yield from sorted(own, key=lambda node: (node.lineno, node.col_offset))


RULE = Rule(finish=_finish)
