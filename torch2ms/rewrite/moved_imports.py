"""Imports of torch that leave the top of a file: they go to the functions that still need them.

The file then imports without torch, and what is left of torch raises ImportError at its own line. An import stays where
code that runs when the file is imported needs it. A base class, a default and a value that is only kept do not:
`of_torch("torch.fx.Tracer")` stands there, and `made_with_torch(lambda: …)` where what a call gives is only registered.
Annotations need none: what is left of torch in them becomes a string, and
its import goes under `if TYPE_CHECKING:`. A name that the file only passes on may be missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.analysis.import_places import (
    Block,
    Reading,
    Spot,
    may_wait,
    reading,
    registered,
    registered_values,
    spots_for,
    whole_name,
)
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.plan import KeepBranch, Template, literal
from torch2ms.source import kinds as k
from torch2ms.source.knowledge import is_model

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class LeftName:
    """A name that an import binds and the output still has.

    `node`: the place that reads it, a name or a string in an annotation; None where the file only passes it on.
    `anywhere`: any place of the file may read it.
    """

    name: str
    qualified: str
    node: ast.expr | None = None
    anywhere: bool = False


@dataclass(slots=True)
class Moves:
    """Where the imports go that are still needed."""

    leaving: set[ast.alias] = field(default_factory=set)
    """Names that their statement does not import any more."""
    optional: list[tuple[Import, ast.alias]] = field(default_factory=list)
    """Names that the file passes on if they are there."""
    spots: dict[ast.stmt, tuple[Spot, list[tuple[Import, ast.alias]]]] = field(default_factory=dict)
    """What is imported in functions, and in blocks at the top of the file, by the statement it stands above."""
    typing: list[tuple[Import, ast.alias]] = field(default_factory=list)
    """What is imported for type checkers."""
    said: dict[Import, dict[str, None]] = field(default_factory=dict)
    """What there is to say of a statement."""


class _Mover:
    """Decides for one name after another."""

    def __init__(self, ctx: FileContext, left: Sequence[LeftName]) -> None:
        self.ctx = ctx
        self.moves = Moves()
        self.strings: dict[ast.expr, str] = {}
        self.late: dict[ast.expr, None] = {}
        self.left: dict[str, list[LeftName]] = {}
        for item in left:
            self.left.setdefault(item.name, []).append(item)
        self.postponed = any(
            isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__" and _names(stmt, "annotations")
            for stmt in ctx.tree.body
        )

    def run(self, extra: Iterable[ast.Import | ast.ImportFrom]) -> Moves:
        """Decide for the import statements at the top of the file, those of `extra` being new ones.

        An `if` at the top, `if is_torch_available():`, counts as the top, unless it is for type checkers.
        """
        if self.left:
            for stmt in (*_imports_in(self.ctx.tree.body), *extra):
                for alias in stmt.names:
                    self.at_the_top(stmt, alias)
            for stmt in self.ctx.facts.imports:
                block = self.ctx.blocks.places[stmt].owner
                if isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef):
                    for alias in stmt.names:
                        self.in_a_function(stmt, alias, block)
            self.register_late()
        return self.moves

    def at_the_top(self, stmt: Import, alias: ast.alias) -> None:
        """Decide where a name goes that a statement at the top of the file imports."""
        local = _local(alias)
        if not self.is_read(stmt, alias) or not self.may_move(stmt, alias):
            self.stand_in_beside(stmt, alias)
            return
        found = [item for item in self.left[local] if self.binds(stmt, alias, item)]
        if not found:  # `import torch.distributed` gives all that is read
            self.moves.leaving.add(alias)
            return
        read: list[tuple[ast.expr, Block]] = []
        annotations: list[ast.expr] = []
        unread: list[tuple[ast.expr, Block | None]] = []
        at_once: dict[ast.expr, str] = {}
        places = {item.node: item.qualified for item in found if item.node is not None and self.scope(item) is None}
        for node, qualified in places.items():
            at = reading(node, self.ctx.parents, self.postponed)
            is_kept = _is_known_where_used(qualified) and (
                may_wait(node, self.ctx.parents) or registered(node, self.ctx.parents) is not None
            )
            if at.block is not None and (self.is_folded(at.block) or (is_kept and isinstance(at.block, ast.If))):
                at = Reading(None, at.annotation, at.is_evaluated)
            if isinstance(node, ast.Constant) or (at.annotation is not None and not at.is_evaluated):
                unread.append((node, at.block))
            elif at.block is not None:
                read.append((node, at.block))
            elif at.annotation is not None and isinstance(node, ast.Name):
                annotations.append(node)
            elif is_kept:
                at_once[node] = qualified
            else:
                self.say(stmt, f"line {node.lineno} needs it when the file is imported")
                return
        if not self.quote(annotations):
            self.say(stmt, "an annotation needs it when the file is imported")
            return
        # An import in a function makes the name its own: what does not run it needs it there, too, and not before it.
        importing = {block for _, block in read}
        read += [(node, block) for node, block in unread if block is not None and block in importing]
        self.stand_in(stmt, alias, at_once)
        spots = spots_for(read, self.ctx.parents)
        blocks = [spot.block for spot in spots]
        bare = (*(node for node, _ in unread), *annotations)
        is_typing = not self.has_types(alias) and any(not self.is_in_body(node, blocks) for node in bare)
        self.place(stmt, alias, spots, is_typing)
        if any(item.node is None for item in found):
            self.moves.optional.append((stmt, alias))
            self.moves.said.setdefault(stmt, {})[f"{local} may be missing, it is only passed on"] = None

    def in_a_function(self, stmt: Import, alias: ast.alias, function: Block) -> None:
        """Move an import of torch that stands in a function to the branches that need it."""
        ctx, local = self.ctx, _local(alias)
        bound = [n for n in ctx.parents.names(local) if ctx.binding_scope(n) is function]
        others = [s for s in ctx.facts.imports if s is not stmt and ctx.blocks.scope(s) is function]
        nodes = [n for n in bound if ctx.survives(n, ctx.parents.stmt(n))]
        if not nodes or not is_torch(ctx.imports.meaning(stmt, alias)) or alias.name == "*":
            return
        if any(_local(a) == local for s in others for a in s.names) or len(stmt.names) > 1:
            return
        blocks = [reading(n, ctx.parents, self.postponed).block for n in nodes]
        if any(not isinstance(n.ctx, ast.Load) for n in bound) or any(block is not function for block in blocks):
            return
        if not {item.node for item in self.left.get(local, ())}.issuperset(nodes):
            return
        spots = spots_for([(n, function) for n in nodes], ctx.parents)
        if spots and all(spot.body is not function.body for spot in spots):
            self.place(stmt, alias, spots, is_typing=False)

    def is_folded(self, block: Block) -> bool:
        """Whether one branch of an `if` takes its place, so that nothing can be put into it."""
        return any(isinstance(plan, KeepBranch) for plan in self.ctx.stmt_plans(block))

    def has_types(self, alias: ast.alias) -> bool:
        """Whether a block for type checkers imports the name already."""
        local = _local(alias)
        return any(s in self._for_types and a.name == alias.name for s, a in self._imported.get(local, ()))

    def place(self, stmt: Import, alias: ast.alias, spots: Sequence[Spot], is_typing: bool) -> None:
        """Move a name."""
        said = self.moves.said.setdefault(stmt, {})
        self.moves.leaving.add(alias)
        for spot in spots:
            self.moves.spots.setdefault(spot.stmt, (spot, []))[1].append(self.needed(stmt, alias))
        if spots:
            places = self.called([spot.block for spot in spots])
            said[f"{_local(alias)} is imported in {_listed(places)}, where it is still needed"] = None
        if is_typing:
            self.moves.typing.append((stmt, alias))
            said[f"{_local(alias)} is imported for type checkers only"] = None

    def needed(self, stmt: Import, alias: ast.alias) -> tuple[Import, ast.alias]:
        """What to import for a name: `import torch` where nothing of `torch._dynamo` is read that the file imports."""
        is_part = isinstance(stmt, ast.Import) and not alias.asname and "." in alias.name
        if not is_part or any(f"{item.qualified}.".startswith(f"{alias.name}.") for item in self.left[_local(alias)]):
            return stmt, alias
        whole = ast.alias(_local(alias))
        return ast.Import([whole]), whole

    def stand_in(self, stmt: Import, alias: ast.alias, at_once: Mapping[ast.expr, str]) -> None:
        """Ask for what torch has at the places that need it at once, so that they do without torch."""
        for node, qualified in at_once.items():
            self.ctx.replace(
                whole_name(node, self.ctx.parents), literal(f'{self.ctx.helper("of_torch")}("{qualified}")')
            )
            value = registered(node, self.ctx.parents)
            if value is not None and value is not whole_name(node, self.ctx.parents):
                self.late.setdefault(value)
        if at_once:
            self.moves.leaving.add(alias)
            lines = _listed(f"line {node.lineno}" for node in at_once)
            said = f"{', '.join(dict.fromkeys(at_once.values()))} in {lines} raises ImportError where it is used"
            self.moves.said.setdefault(stmt, {})[said] = None

    def register_late(self) -> None:
        """Let what is registered when the file is imported be there without torch, too, and raise where it is used."""
        importing = {spot.block for spot, _ in self.moves.spots.values()}
        for stmt in self.ctx.blocks.places if importing else ():
            if isinstance(stmt, ast.Expr) and self.ctx.blocks.scope(stmt) is self.ctx.tree:
                for value in registered_values(stmt.value, self.ctx.parents):
                    made = self.ctx.facts.calls.get(value) if isinstance(value, ast.Call) else None
                    init = made.cls.method("__init__") if isinstance(made, k.ClassRef) else None
                    if init is not None and init.node in importing and self.ctx.survives(value, stmt):
                        self.late.setdefault(value)
        for value in self.late:
            self.ctx.surround(value, f"{self.ctx.helper('made_with_torch')}(lambda: {{value}})")

    def stand_in_beside(self, stmt: Import, alias: ast.alias) -> None:
        """`if is_there(): from torch.x import Y` with `else: Y = …`: the name is given in both branches."""
        ctx, local = self.ctx, _local(alias)
        block = inner = ctx.blocks.places[stmt].owner
        if isinstance(inner, ast.If) and is_for_types(inner, but=True):
            block = ctx.blocks.places[inner].owner
        qualified = ctx.imports.meaning(stmt, alias)
        if not isinstance(block, ast.If) or is_for_types(block) or alias.name == "*":
            return
        if not is_torch(qualified) or not _is_known_where_used(qualified) or not isinstance(stmt, ast.ImportFrom):
            return
        others = [n for n in ctx.parents.names(local) if not isinstance(n.ctx, ast.Load)]
        others = [node for node in others if ctx.binding_scope(node) is None]
        assigned = [ctx.parents.stmt(node) for node in others]
        imported = [one for one, _ in self._imported.get(local, ()) if one not in self._for_types]
        if len(imported) != 1 or not assigned or self.is_folded(block):
            return
        if not any(s in block.body for s in (stmt, inner)):
            return
        if not all(isinstance(s, ast.Assign) and s in block.orelse for s in assigned):
            return
        self.moves.leaving.add(alias)
        ctx.insert(stmt, "after", literal(f'{local} = {ctx.helper("of_torch")}("{qualified}")'))
        said = f"{qualified} raises ImportError where it is used"
        self.moves.said.setdefault(stmt, {})[said] = None

    def is_in_body(self, node: ast.expr, blocks: Sequence[Block]) -> bool:
        """Whether a place is inside of a block that imports, where it reads that import."""
        stmt = self.ctx.parents.stmt(node)
        return any(self.ctx.blocks.inside(stmt, part) for block in blocks for part in block.body)

    def say(self, stmt: Import, why: str) -> None:
        """Say why a name stays at the top."""
        self.moves.said.setdefault(stmt, {})[f"this import stays because {why}"] = None

    def may_move(self, stmt: Import, alias: ast.alias) -> bool:
        """Whether a name may be bound elsewhere than at the top: nothing else in the file binds it there."""
        local = _local(alias)
        if alias.name == "*" or not self.is_movable(local) or any(item.anywhere for item in self.left[local]):
            return False
        meaning = alias.name if isinstance(stmt, ast.Import) else self.ctx.imports.meaning(stmt, alias)
        root = meaning.partition(".")[0]
        neighbours = self.ctx.facts.neighbours
        if not is_torch(meaning) or (neighbours is not None and neighbours.package == root):
            return False
        # A name of torch that nothing reads any more is not in the way.
        meanings = ((s, a, self.ctx.imports.meaning(s, a)) for s, a in self._imported.get(local, ()))
        others = [(s, m) for s, a, m in meanings if not is_torch(m) or self.is_read(s, a)]
        if not (self._at_top | self._for_types).issuperset(s for s, _ in others):
            return False  # a `try` at the top imports it, too, or a function for all of the file
        return len({meaning for _, meaning in others}) <= 1

    def is_read(self, stmt: Import, alias: ast.alias) -> bool:
        """Whether something needs an import."""
        found = self.left.get(_local(alias), ())
        return any(self.ctx.imports.binds(stmt, alias, item.qualified) for item in found)

    def is_movable(self, local: str) -> bool:
        """Whether nothing but imports binds a name for the whole file."""
        return local not in self._bound

    @cached_property
    def _at_top(self) -> frozenset[Import]:
        """The imports at the top of the file, and in an `if` there."""
        return frozenset(_imports_in(self.ctx.tree.body))

    @cached_property
    def _for_types(self) -> frozenset[Import]:
        """The imports that only type checkers see."""
        blocks = (s for s in self.ctx.tree.body if isinstance(s, ast.If) and is_for_types(s))
        return frozenset(stmt for block in blocks for stmt in _imports_in(block.body))

    @cached_property
    def _imported(self) -> dict[str, list[tuple[Import, ast.alias]]]:
        """What the imports of the file bind for all of it: local name → statements and aliases."""
        found: dict[str, list[tuple[Import, ast.alias]]] = {}
        for stmt in self.ctx.facts.imports:
            if self.ctx.blocks.scope(stmt) is self.ctx.tree:
                for alias in stmt.names:
                    found.setdefault(_local(alias), []).append((stmt, alias))
        return found

    @cached_property
    def _bound(self) -> set[str]:
        """Names that something else than an import binds for the whole file, or that a function calls global."""
        found: set[str] = set()
        for stmt in self.ctx.blocks.places:
            if isinstance(stmt, ast.Global | ast.Nonlocal):
                found.update(stmt.names)
            elif isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if stmt.name in self.left and self.ctx.blocks.scope(stmt) is self.ctx.tree:
                    found.add(stmt.name)
        for name in self.left:
            places = self.ctx.parents.names(name)
            if any(not isinstance(n.ctx, ast.Load) and self.ctx.binding_scope(n) is None for n in places):
                found.add(name)
        return found

    def binds(self, stmt: Import, alias: ast.alias, item: LeftName) -> bool:
        """Whether an import is the one that a name needs."""
        if not self.ctx.imports.binds(stmt, alias, item.qualified):
            return self.is_alone(stmt, alias, item)
        is_plain = isinstance(stmt, ast.Import) and alias.asname is None and "." not in alias.name
        return not (is_plain and item.node is not None and self.is_below(item))

    def is_alone(self, stmt: Import, alias: ast.alias, item: LeftName) -> bool:
        """Whether `import torch.fx` is the first of the imports that bind `torch`, and none is for what is read."""
        imported = self._imported.get(_local(alias), ())
        if not isinstance(stmt, ast.Import) or alias.asname or not imported or imported[0][1] is not alias:
            return False
        root = item.qualified.partition(".")[0]
        return root == _local(alias) and not any(self.ctx.imports.binds(s, a, item.qualified) for s, a in imported)

    def is_below(self, item: LeftName) -> bool:
        """Whether an import like `import torch.distributed` gives a name, so that `import torch` is not needed."""
        return any(
            isinstance(stmt, ast.Import) and "." in alias.name and self.ctx.imports.binds(stmt, alias, item.qualified)
            for stmt, alias in self._imported.get(item.name, ())
            if alias.asname is None and stmt in self.ctx.tree.body
        )

    def scope(self, item: LeftName) -> ast.AST | None:
        """The function whose own import a name is bound by; None where that is the file."""
        if isinstance(item.node, ast.Name) and item.node.id == item.name:
            return self.ctx.binding_scope(item.node)
        return None

    def called(self, blocks: Sequence[Block]) -> Iterator[str]:
        """What blocks are called."""
        for block in blocks:
            if isinstance(block, ast.If | ast.Try):
                yield f"the block at line {block.lineno}"
            else:
                names = [block.name]
                above = self.ctx.parents.of(block)
                while above is not None:
                    if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                        names.insert(0, above.name)
                    above = self.ctx.parents.of(above)
                yield ".".join(names)

    def quote(self, names: Sequence[ast.expr]) -> bool:
        """Make strings of what is left of torch in annotations. False, and nothing is done, where one cannot be."""
        texts = {whole: text for whole in map(self.whole, names) if (text := self.quoted(whole)) is not None}
        if any(self.whole(name) not in texts for name in names):
            return False
        for whole, text in texts.items():
            self.strings[whole] = text
            self.ctx.replace(whole, Template(text.replace("{", "{{").replace("}", "}}")))
        return True

    def whole(self, node: ast.expr) -> ast.expr:
        """The part of an annotation that has to be one string: a string takes no `|`, no item and no attribute."""
        while True:
            above = self.ctx.parents.of(node)
            if isinstance(above, ast.Attribute | ast.BinOp) or (
                isinstance(above, ast.Subscript) and above.value is node
            ):
                node = above
            else:
                return node

    def quoted(self, whole: ast.expr) -> str | None:
        """Part of an annotation as a string, with what is planned for the names in it; None where it has none."""
        if whole in self.strings:
            return self.strings[whole]
        start, end = self.ctx.source.span(whole)
        text = self.ctx.source.text[start:end]
        planned = [node for node in ast.walk(whole) if isinstance(node, ast.expr) and self.ctx.plan(node) is not None]
        for node in sorted(planned, key=lambda node: -self.ctx.source.span(node)[0]):
            plan = self.ctx.plan(node)
            if not isinstance(plan, Template) or plan.values or node is whole:
                return None
            first, last = self.ctx.source.span(node)
            new = plan.text.replace("{{", "{").replace("}}", "}")
            text = text[: first - start] + new + text[last - start :]
        mark = '"' if self.ctx.imports.double_quotes else "'"
        if "\n" in text or "\\" in text or "'" in text or '"' in text:
            return None
        return f"{mark}{text}{mark}"


def move_imports(ctx: FileContext, left: Sequence[LeftName], extra: Sequence[Import]) -> Moves:
    """Decide where the imports go whose names the output still has; `extra` are imports that only the output needs."""
    return _Mover(ctx, left).run(extra)


def _imports_in(body: Sequence[ast.stmt]) -> Iterator[Import]:
    """The imports of a block, of each `if` in it that asks whether something is there, and of what does without it."""
    for stmt in body:
        if isinstance(stmt, Import):
            yield stmt
        elif isinstance(stmt, ast.If):
            if not is_for_types(stmt):
                yield from _imports_in(stmt.body)
            yield from _imports_in(stmt.orelse)
        elif isinstance(stmt, ast.Try):
            for handler in stmt.handlers:
                yield from _imports_in(handler.body)


def _is_known_where_used(name: str) -> bool:
    """Whether what a name stands for does something only when it is called or asked: a class or a function, no text."""
    return not is_model(name) and not name.startswith("torch.version.") and not name.rpartition(".")[2].startswith("__")


def is_for_types(stmt: ast.If, but: bool = False) -> bool:
    """Whether an `if` is for type checkers alone, or (`but`) for all but them."""
    test = stmt.test
    if but:
        return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _is_type_checking(test.operand)
    return _is_type_checking(test)


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _local(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def _names(stmt: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name for alias in stmt.names)


def _listed(names: Iterator[str]) -> str:
    """The first of some names, and how many more there are."""
    all_names = list(dict.fromkeys(names))
    shown = all_names if len(all_names) <= 4 else [*all_names[:3], f"{len(all_names) - 3} more places"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
