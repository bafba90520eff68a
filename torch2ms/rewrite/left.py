"""What stays torch's: the names that are left in the output, and the imports they need."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.analysis.annotations import annotation_strings, names_in_string
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Draft
from torch2ms.rewrite.imports import own_import
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.survival import unwritten
from torch2ms.source import kinds as k
from torch2ms.source.neighbours import Neighbours

# Calls that read names out of the strings they are given.
_READ_STRINGS = frozenset("cast TypeVar NewType ForwardRef eval exec compile getattr hasattr Timer timeit".split())


def plan_imports(ctx: FileContext, draft: Draft, neighbours: Neighbours | None) -> None:
    """Plan the import statements, after all sites are decided."""
    kept = _kept_names(ctx)
    helpers = {ctx.tables.helpers[name].defines for name in draft.helpers}
    extra = [*_requalify(ctx, kept, helpers), *_passed_on(ctx, kept)]
    helper_sources = [ctx.imports.localise_source(ctx.tables.helpers[n]) for n in sorted(draft.helpers)]
    unexplained = _only_star_could_bind(ctx)
    if unexplained:
        kept.setdefault("*", set()).update(unexplained)
    written = set(re.findall(r"\w+", "\n".join([*extra, *helper_sources])))
    ctx.imports.forget(unwritten(draft.plans, ctx.parents, set(ctx.imports.used.values()) - written))
    staying = ctx.imports.plan(
        draft.plans, kept, extra, helper_sources, ctx.source.lines, _idleness(ctx, neighbours), _reading(ctx)
    )
    for stmt in staying:
        if unexplained and stmt in ctx.facts.stars:
            ctx.finding(stmt, "T2M103", f"this import stays because it may bind {', '.join(unexplained)}")
        else:
            ctx.finding(stmt, "T2M102", "this import stays because sites of this file still need it")


def _idleness(ctx: FileContext, neighbours: Neighbours | None) -> Callable[[str, bool], bool]:
    """Whether a name that an import binds was read in the file, and nothing that reads it is left; one that comes from
    the package itself (`is_own`) may be imported from here too."""
    named: set[str] = set()

    def is_idle(name: str, is_own: bool) -> bool:
        nodes = ctx.parents.names(name)
        if not nodes or ctx.is_package or any(ctx.survives(node, ctx.parents.stmt(node)) for node in nodes):
            return False
        if not named:
            named.update(_exported(ctx), _named_in_strings(ctx.tree))
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
        if ctx.is_written(name) or name in _exported(ctx) or _in_annotation_strings(ctx, name):
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


def _in_annotation_strings(ctx: FileContext, name: str) -> bool:
    strings = (names_in_string(str(string.value)) for string, _ in annotation_strings(ctx.facts.owners))
    return any(named.root == name for names in strings for named in names)


def _named_in_strings(tree: ast.Module) -> set[str]:
    """Names in strings that may be annotations or code; what other calls than those for that are given is neither."""
    nodes = list(ast.walk(tree))
    calls = (node for node in nodes if isinstance(node, ast.Call))
    given = {arg for call in calls if _last_name(call.func) not in _READ_STRINGS for arg in call.args}
    strings = (node for node in nodes if isinstance(node, ast.Constant) and node not in given)
    texts = (node.value for node in strings if isinstance(node.value, str))
    return {name for text in texts if len(text) < 200 and "\n" not in text for name in re.findall(r"[^\W\d]\w*", text)}


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _only_star_could_bind(ctx: FileContext) -> list[str]:
    """Names that only a star import can bind."""
    if not any(stmt.module and is_torch(stmt.module) for stmt in ctx.facts.stars):
        return []
    imported = {alias.asname or alias.name.partition(".")[0] for stmt in ctx.facts.imports for alias in stmt.names}
    known = ctx.facts.bound | imported | set(dir(builtins)) | {"__file__"}
    return sorted(ctx.facts.unbound - known)


def _kept_names(ctx: FileContext) -> dict[str, set[str]]:
    """Imported names of torch, and of rows outside of it, that are left in the output: local name → qualified names."""
    kept: dict[str, set[str]] = {}
    exports = _exported(ctx)
    for node, qualified in ctx.facts.import_names.items():
        if not is_torch(qualified) and node.id not in ctx.imports.mapped:
            continue
        stmt = ctx.facts.stmts[node]
        if ctx.survives(node, stmt):
            whole = _maximal(ctx, node, stmt, qualified)
            kept.setdefault(node.id, set()).add(whole)
            if stmt in ctx.facts.stars or _from_star(ctx, node.id):
                kept.setdefault("*", set()).add(whole)
    for string, stmt in annotation_strings(ctx.facts.owners):
        if ctx.survives(string, stmt):
            for named in names_in_string(str(string.value)):
                meant = ctx.imported_torch_name(named.text)
                if meant is not None:
                    kept.setdefault(named.root, set()).add(meant)
    for name, qualified in _reached_otherwise(ctx):
        kept.setdefault(name, set()).add(qualified)
    for cls in ctx.facts.classes:
        for stmt in cls.node.body:
            if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                # Names bound in a class body are attributes, read through its instances.
                for alias in stmt.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    whole = alias.name if isinstance(stmt, ast.Import) else f"{stmt.module}.{alias.name}"
                    kept.setdefault(name, set()).add(whole)
    for name in exports:
        kind = None
        for stmt in ctx.facts.imports:
            for alias in stmt.names:
                if (alias.asname or alias.name) == name and kind is None:
                    whole = f"{stmt.module}.{alias.name}" if isinstance(stmt, ast.ImportFrom) else alias.name
                    kind = whole if is_torch(whole) or isinstance(stmt, ast.ImportFrom) else None
        if kind is not None:
            kept.setdefault(name, set()).add(kind)
    return kept


def _reached_otherwise(ctx: FileContext) -> Iterator[tuple[str, str]]:
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
            if is_torch(qualified) and any(_may_read(ctx, node, stmt) for node in ctx.parents.names(name)):
                yield name, qualified


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
    return found


def _maximal(ctx: FileContext, node: ast.expr, stmt: ast.stmt, qualified: str) -> str:
    parent = ctx.parent(node, stmt)
    while isinstance(parent, ast.Attribute):
        qualified = f"{qualified}.{parent.attr}"
        node, parent = parent, ctx.parent(parent, stmt)
    return qualified


def _requalify(ctx: FileContext, kept: dict[str, set[str]], helpers: set[str]) -> list[str]:
    """Torch names that stay under a name the output needs for MindSpore, or for a helper, are written out in full."""
    needed = set(ctx.imports.used.values()) | helpers
    clashes = needed & set(kept)
    if not clashes:
        return []
    outside: dict[str, None] = {}
    for node, qualified in ctx.facts.import_names.items():
        if node.id in clashes and (is_torch(qualified) or node.id in ctx.imports.mapped):
            stmt = ctx.facts.stmts[node]
            if ctx.survives(node, stmt):
                ctx.replace(node, Template(qualified))
                root = "torch"
                if not is_torch(qualified):
                    root = qualified.partition(".")[0]
                    outside[f"import {qualified.rpartition('.')[0]}"] = None
                kept.setdefault(root, set()).add(_maximal(ctx, node, stmt, qualified))
    for name in clashes:
        kept.pop(name, None)
    if clashes <= ctx.imports.mapped.keys():
        return list(outside)
    torch_imported = any(
        isinstance(stmt, ast.Import) and any(a.name == "torch" and a.asname in (None, "torch") for a in stmt.names)
        for stmt in ctx.facts.imports
    )
    return [*outside, *([] if torch_imported else ["import torch"])]


def _passed_on(ctx: FileContext, kept: Mapping[str, set[str]]) -> list[str]:
    """Imports of the torch names that stay and came with the star of another file of the package."""
    return [own_import(q, name) for name, q in ctx.facts.passed_on_by_star.items() if name in kept]
