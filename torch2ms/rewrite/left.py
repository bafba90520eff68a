"""What stays torch's: the names that are left in the output, and the imports they need."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from torch2ms.mapping.namespaces import holds_torch, is_torch
from torch2ms.rewrite.analysis.annotations import annotation_strings, names_in_string
from torch2ms.rewrite.analysis.import_places import Block, Spot
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Draft
from torch2ms.rewrite.imports import own_import
from torch2ms.rewrite.moved_imports import LeftName, Moves, is_for_types, move_imports
from torch2ms.rewrite.plan import Insert, Template, literal
from torch2ms.rewrite.survival import texts_of, unwritten
from torch2ms.source import kinds as k
from torch2ms.source.neighbours import Neighbours
from torch2ms.source.outlines import added_names
from torch2ms.source.syntax import last_name

# Calls that read names out of the strings they are given.
_READ_STRINGS = frozenset("cast TypeVar NewType ForwardRef eval exec compile getattr hasattr Timer timeit".split())


def plan_imports(ctx: FileContext, draft: Draft, neighbours: Neighbours | None) -> None:
    """Plan the import statements, after all sites are decided."""
    left = _left_names(ctx)
    helpers = {ctx.tables.helpers[name].defines for name in draft.helpers}
    needed = set(ctx.imports.used.values()) | helpers
    clashes = needed.intersection(item.name for item in left)
    left, written_out, outside = _requalify(ctx, left, clashes)
    unexplained = _only_star_could_bind(ctx)
    kept: dict[str, set[str]] = {}
    for item in left:
        kept.setdefault(item.name, set()).add(item.qualified)
    if unexplained:
        kept.setdefault("*", set()).update(unexplained)
    new = [*written_out, *_passed_on(ctx, kept)]
    moves = move_imports(ctx, left, new)
    below = [*_optional(ctx, moves), *_for_type_checkers(ctx, draft, moves)]
    staying_new = [(stmt, alias) for stmt in new for alias in stmt.names if alias not in moves.leaving]
    extra = [*outside, *_around_torch(ctx), *ctx.imports.import_lines(staying_new)]
    sources = [ctx.imports.localise_source(ctx.tables.helpers[n]) for n in sorted(draft.helpers)]
    written = set(re.findall(r"\w+", "\n".join([*extra, *below, *sources])))
    ctx.imports.forget(unwritten(draft.plans, ctx.parents, set(ctx.imports.used.values()) - written))
    lines = ctx.source.lines
    staying = ctx.imports.plan(
        draft.plans,
        kept,
        extra,
        sources,
        lines,
        ctx.take_out_emptied,
        _idleness(ctx, draft, neighbours),
        _reading(ctx),
        moves.leaving,
        below,
    )
    for spot, names in moves.spots.values():
        _insert(ctx, draft, spot, ctx.imports.import_lines(names))
    _say(ctx, moves, staying, unexplained)


def _insert(ctx: FileContext, draft: Draft, spot: Spot, lines: Sequence[str]) -> None:
    """Put imports at a place in a function, or first in a block."""
    if spot.is_first:
        _insert_first(ctx, draft, spot.block, lines)
    else:
        draft.plans.add(spot.stmt, Insert("above", literal("\n".join(lines) + "\n")))


def _insert_first(ctx: FileContext, draft: Draft, block: Block, lines: Sequence[str]) -> None:
    """Put imports first in the body of a function or block, after a docstring, and a blank line below them."""
    first = block.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(block.body) > 1
    following = block.body[1] if has_docstring else first
    above = first.end_lineno if has_docstring else following.lineno - 1
    is_apart = has_docstring and above is not None and not ctx.source.lines[above].strip()
    rest = block.body[block.body.index(following) :]
    next_one = next((stmt for stmt in rest if not ctx.is_deleted(stmt)), following)
    joins = isinstance(next_one, (ast.Import, ast.ImportFrom)) and not ctx.is_deleted(next_one)
    apart = "" if is_apart or joins else "\n"
    draft.plans.add(block, Insert("top", literal("\n".join(lines) + apart)))


def _optional(ctx: FileContext, moves: Moves) -> list[str]:
    """The block of imports whose names the file only passes on; those that a star import asks for are None then."""
    lines = ctx.imports.import_lines(moves.optional)
    if not lines:
        return []
    listed = _listed(ctx).intersection(alias.asname or alias.name for _, alias in moves.optional)
    handler = " = ".join([*sorted(listed), "None"]) if listed else "pass"
    return ["\n".join(["try:", *(f"    {line}" for line in lines), "except ImportError:", f"    {handler}"])]


def _for_type_checkers(ctx: FileContext, draft: Draft, moves: Moves) -> list[str]:
    """The block of imports that only type checkers read; none where there is one to put them into."""
    lines = ctx.imports.import_lines(moves.typing)
    if not lines:
        return []
    for stmt in ctx.tree.body:
        if isinstance(stmt, ast.If) and is_for_types(stmt):
            if not all(_is_of_torch(ctx, part) for part in stmt.body):
                draft.plans.add(stmt, Insert("body", literal("\n".join(lines))))
                return []
    return ["\n".join([f"if {ctx.spell('typing.TYPE_CHECKING')}:", *(f"    {line}" for line in lines)])]


def _is_of_torch(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement only imports what belongs to torch."""
    return isinstance(stmt, (ast.Import, ast.ImportFrom)) and all(
        is_torch(ctx.imports.meaning(stmt, alias)) for alias in stmt.names
    )


def _say(
    ctx: FileContext, moves: Moves, staying: Sequence[ast.Import | ast.ImportFrom], unexplained: Sequence[str]
) -> None:
    """Say which imports of torch stay, and where the others have gone."""
    for stmt in ctx.facts.imports:
        said = moves.said.get(stmt)
        if ctx.is_deleted(stmt) and stmt in staying:
            continue
        if unexplained and stmt in ctx.facts.stars and stmt in staying:
            ctx.finding(stmt, "T2M103", f"this import stays because it may bind {', '.join(unexplained)}")
        elif said:
            ctx.finding(stmt, "T2M102", "; ".join(said))
        elif stmt in staying:
            ctx.finding(stmt, "T2M102", "this import stays because sites of this file still need it")


def _idleness(ctx: FileContext, draft: Draft, neighbours: Neighbours | None) -> Callable[[ast.stmt, str], bool]:
    """Whether a name that an import binds was read in the file, and nothing that reads it is left; one that comes from
    the package itself may be imported from here too."""
    named: set[str] = set()

    def is_left(node: ast.Name) -> bool:
        return ctx.survives(node, ctx.parents.stmt(node))

    def is_idle(stmt: ast.stmt, name: str) -> bool:
        nodes = ctx.parents.names(name)
        is_passed_on = ctx.is_package and ctx.blocks.places[stmt].owner is ctx.tree
        if not nodes or is_passed_on or any(map(is_left, nodes)):
            return False
        if not named:
            named.update(_exported(ctx), _named_in_strings(ctx), _quoted(draft))
        is_own = isinstance(stmt, ast.ImportFrom) and stmt.level > 0
        return name not in named and not (is_own and neighbours is not None and neighbours.pass_on(name))

    return is_idle


def _reading(ctx: FileContext) -> Callable[[ast.Import | ast.ImportFrom, str], bool]:
    """Whether one of several imports of a name in the file is the one that something left in the output reads."""
    imports: dict[str, list[ast.Import | ast.ImportFrom]] = {}
    for stmt in ctx.facts.imports:
        for alias in stmt.names:
            imports.setdefault(alias.asname or alias.name.partition(".")[0], []).append(stmt)

    def is_read(stmt: ast.Import | ast.ImportFrom, name: str) -> bool:
        scope = ctx.blocks.scope(stmt)
        if len(imports.get(name, ())) < 2 or isinstance(scope, ast.ClassDef) or _is_global_in(scope, name):
            return True
        if ctx.is_written(name) or name in _exported(ctx) or _in_annotation_strings(ctx, name, scope):
            return True
        holder = None if scope is ctx.tree else scope
        left = [
            n for n in ctx.parents.names(name) if ctx.binding_scope(n) is holder and not isinstance(n.ctx, ast.Store)
        ]
        left = [node for node in left if ctx.survives(node, ctx.parents.stmt(node))]
        if holder is not None or not left:
            return bool(left) or holder is None
        others = [one for one in imports[name] if one is not stmt and isinstance(ctx.blocks.places[one].owner, ast.If)]
        return stmt not in ctx.tree.body or not all(any(_serves(ctx, one, node) for one in others) for node in left)

    return is_read


def _serves(ctx: FileContext, imported: ast.Import | ast.ImportFrom, node: ast.Name) -> bool:
    """Whether a name of the file stands below an import of it, in the block of that."""
    stmt = ctx.parents.stmt(node)
    return ctx.blocks.function(stmt) is None and any(ctx.blocks.inside(stmt, s) for s in ctx.blocks.rest(imported))


def _in_annotation_strings(ctx: FileContext, name: str, scope: ast.AST) -> bool:
    """Whether annotations that are written as strings may read a name of a function, or of the file."""
    read = (
        string
        for string, stmt in annotation_strings(ctx.facts.owners)
        if scope is ctx.tree or (stmt is not scope and ctx.blocks.inside(stmt, scope))
    )
    return any(named.root == name for string in read for named in names_in_string(str(string.value)))


def _named_in_strings(ctx: FileContext) -> set[str]:
    """Names in strings that may be annotations or code; what other calls than those for that are given is neither."""
    nodes = list(ast.walk(ctx.tree))
    calls = (node for node in nodes if isinstance(node, ast.Call))
    given = {arg for call in calls if last_name(call.func) not in _READ_STRINGS for arg in call.args}
    found: set[str] = set()
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) and node not in given else None
        if isinstance(text, str) and len(text) < 200 and "\n" not in text:
            names = set(re.findall(r"[^\W\d]\w*", text)) - found
            if names and isinstance(node, ast.Constant) and ctx.survives(node, ctx.parents.stmt(node)):
                found |= names
    return found


def _quoted(draft: Draft) -> set[str]:
    """Names in the strings that annotations have become."""
    quoted = (text for text, _ in texts_of(draft.plans) if text[:1] in ("'", '"'))
    return {name for text in quoted for name in re.findall(r"[^\W\d]\w*", text)}


def _only_star_could_bind(ctx: FileContext) -> list[str]:
    """Names that only a star import can bind."""
    if not any(stmt.module and is_torch(stmt.module) for stmt in ctx.facts.stars):
        return []
    imported = {alias.asname or alias.name.partition(".")[0] for stmt in ctx.facts.imports for alias in stmt.names}
    known = ctx.facts.bound | imported | set(dir(builtins)) | {"__file__"}
    return sorted(ctx.facts.unbound - known)


def _left_names(ctx: FileContext) -> list[LeftName]:
    """Imported names of torch, and of rows outside of it, that are left in the output."""
    left: list[LeftName] = []
    for node, qualified in ctx.facts.import_names.items():
        stmt = ctx.facts.stmts[node]
        if not is_torch(qualified) and node.id not in ctx.imports.mapped:
            if not holds_torch(qualified) or not is_torch(_maximal(ctx, node, stmt, qualified)):
                continue
        if ctx.survives(node, stmt):
            whole = _maximal(ctx, node, stmt, qualified)
            left.append(LeftName(node.id, whole, node))
            if stmt in ctx.facts.stars or _from_star(ctx, node.id):
                left.append(LeftName("*", whole, node))
    for string, stmt in annotation_strings(ctx.facts.owners):
        if ctx.survives(string, stmt):
            for named in names_in_string(str(string.value)):
                meant = ctx.imported_torch_name(named.text)
                if meant is not None:
                    left.append(LeftName(named.root, meant, string))
    left += _beside_torch(ctx, left)
    left += _reached_otherwise(ctx)
    for cls in ctx.facts.classes:
        for stmt in cls.node.body:
            if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                # Names bound in a class body are attributes, read through its instances.
                for alias in stmt.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    whole = alias.name if isinstance(stmt, ast.Import) else f"{stmt.module}.{alias.name}"
                    left.append(LeftName(name, whole, anywhere=True))
    for name in _exported(ctx):
        kind = None
        for stmt in ctx.facts.imports:
            for alias in stmt.names:
                if (alias.asname or alias.name) == name and kind is None:
                    whole = ctx.imports.meaning(stmt, alias) if isinstance(stmt, ast.ImportFrom) else alias.name
                    kind = whole if is_torch(whole) or isinstance(stmt, ast.ImportFrom) else None
        if kind is not None:
            left.append(LeftName(name, kind))
    return left


def _beside_torch(ctx: FileContext, left: Sequence[LeftName]) -> list[LeftName]:
    """Other reads of a package, in functions that need a module of it for torch: an import there binds the name."""
    found: list[LeftName] = []
    for name in {item.name for item in left if holds_torch(item.name)}:
        inside = {
            ctx.blocks.function(ctx.parents.stmt(item.node)): item
            for item in left
            if item.name == name and isinstance(item.node, ast.Name)
        }
        for node in ctx.parents.names(name):
            item = inside.get(ctx.blocks.function(ctx.parents.stmt(node)))
            if item is not None and node is not item.node and ctx.facts.import_names.get(node) == name:
                found.append(LeftName(name, item.qualified, node))
    return found


def _around_torch(ctx: FileContext) -> list[str]:
    """Imports of packages of which the file imports a module for torch, `import safetensors.torch`, and reads more."""
    there = {
        (alias.asname or alias.name).partition(".")[0]
        for stmt in ctx.facts.imports
        for alias in stmt.names
        if not (isinstance(stmt, ast.Import) and is_torch(alias.name))
    }
    found: dict[str, None] = {}
    for node, qualified in ctx.facts.import_names.items():
        if holds_torch(qualified) and node.id == qualified and qualified not in there:
            stmt = ctx.facts.stmts[node]
            if not is_torch(_maximal(ctx, node, stmt, qualified)) and ctx.survives(node, stmt):
                found[f"import {qualified}"] = None
    return list(found)


def _reached_otherwise(ctx: FileContext) -> Iterator[LeftName]:
    """Imports of torch that a name left in the output may read though the run does not say so.

    It may mean one of several imports, stand where the run did not come, or be a global that a function imports.
    """
    for stmt in ctx.facts.imports:
        for alias in stmt.names:
            name = alias.asname or alias.name.partition(".")[0]
            qualified = alias.name if alias.asname or isinstance(stmt, ast.ImportFrom) else name
            if isinstance(stmt, ast.ImportFrom):
                qualified = f"{stmt.module}.{alias.name}"
            qualified = ctx.facts.passed_on.get(alias, qualified)
            if is_torch(qualified):
                for node in ctx.parents.names(name):
                    if _may_read(ctx, node, stmt):
                        yield LeftName(name, qualified, node)


def _may_read(ctx: FileContext, node: ast.Name, bound_by: ast.Import | ast.ImportFrom) -> bool:
    """Whether a name is left and may be what an import of torch binds, nothing else being known of it."""
    meant = ctx.facts.import_names.get(node)
    if isinstance(node.ctx, ast.Store) or (meant is not None and is_torch(meant)):
        return False
    if meant is None and ctx.kind(node) is not k.UNKNOWN and not isinstance(ctx.kind(node), k.Either):
        return False
    around, scope = ctx.blocks.scope(bound_by), ctx.binding_scope(node)
    if scope is None and around is not ctx.tree and not _is_global_in(around, node.id):
        return False
    if scope is not None and scope is not around:
        return False
    return ctx.survives(node, ctx.parents.stmt(node))


def _is_global_in(function: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Global) and name in part.names for part in ast.walk(function))


def _from_star(ctx: FileContext, name: str) -> bool:
    if not ctx.facts.stars:
        return False
    return not any(
        (alias.asname or alias.name.partition(".")[0]) == name for stmt in ctx.facts.imports for alias in stmt.names
    )


def _exported(ctx: FileContext) -> set[str]:
    """Names other files may import from this one: `__all__`, and what an `__init__.py` imports and does not use."""
    if ctx.is_package:
        used = {node.id for node in ctx.facts.import_names}
        names = {
            alias.asname or alias.name
            for stmt in ctx.facts.imports
            for alias in stmt.names
            if isinstance(stmt, ast.ImportFrom) or alias.asname is not None
        }
        return (names - used) | _listed(ctx)
    return _listed(ctx)


def _listed(ctx: FileContext) -> set[str]:
    """The names in `__all__`."""
    found: set[str] = set()
    for stmt in ctx.tree.body:
        targets = stmt.targets if isinstance(stmt, ast.Assign) else [getattr(stmt, "target", None)]
        if isinstance(stmt, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and stmt.value is not None:
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                constants = (node.value for node in ast.walk(stmt.value) if isinstance(node, ast.Constant))
                found.update(value for value in constants if isinstance(value, str))
        added = added_names(stmt)
        for node in ast.walk(added) if added is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _maximal(ctx: FileContext, node: ast.expr, stmt: ast.stmt, qualified: str) -> str:
    parent = ctx.parent(node, stmt)
    while isinstance(parent, ast.Attribute):
        qualified = f"{qualified}.{parent.attr}"
        node, parent = parent, ctx.parent(parent, stmt)
    return qualified


def _requalify(
    ctx: FileContext, left: Sequence[LeftName], clashes: Set[str]
) -> tuple[list[LeftName], list[ast.Import], list[str]]:
    """Torch names that stay under a name the output needs for MindSpore, or for a helper, are written out in full.

    Gives what is left then, the imports of torch that the file does not have yet, and those for names outside of torch.
    """
    remaining: list[LeftName] = []
    modules: dict[str, None] = {}
    outside: dict[str, None] = {}
    for item in left:
        node = item.node
        if item.name not in clashes or _is_of_a_function(ctx, node):
            remaining.append(item)
        elif isinstance(node, ast.Name) and node in ctx.facts.import_names:
            qualified = ctx.facts.import_names[node]
            ctx.replace(node, Template(qualified))
            root, module = qualified.partition(".")[0], qualified.rpartition(".")[0]
            if is_torch(qualified):
                modules["torch" if root == "torch" else module] = None
            else:
                outside[f"import {module}"] = None
            remaining.append(LeftName(root, item.qualified, node))
    there = {
        alias.name for stmt in ctx.tree.body if isinstance(stmt, ast.Import) for alias in stmt.names if not alias.asname
    }
    return remaining, [ast.Import([ast.alias(name)]) for name in modules if name not in there], list(outside)


def _is_of_a_function(ctx: FileContext, node: ast.expr | None) -> bool:
    """Whether a name outside of torch is bound by an import of its function: it hides the name the output needs."""
    if not isinstance(node, ast.Name) or is_torch(ctx.facts.import_names.get(node, "torch")):
        return False
    return ctx.binding_scope(node) is not None


def _passed_on(ctx: FileContext, kept: Mapping[str, set[str]]) -> list[ast.Import | ast.ImportFrom]:
    """Imports of the torch names that stay and came with the star of another file of the package."""
    return [own_import(q, name) for name, q in ctx.facts.passed_on_by_star.items() if name in kept]
