"""Check the bodies of the helpers: what they name exists, what they call takes the arguments, their names are free."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator
from dataclasses import replace

from torch2ms.mapping.check_code import Fault, Instance, Scope, assigned_attributes, bindings, check_code
from torch2ms.mapping.files import Problem
from torch2ms.mapping.known import Known
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import Helper, Signature, Tables
from torch2ms.mapping.signatures import parse_signature
from torch2ms.mapping.similar import nearest

_BUILTINS = frozenset(dir(builtins))


def check_helpers(tables: Tables, known: Known) -> Iterator[Problem]:
    """Everything wrong in the helpers, in their order."""
    first: dict[str, Helper] = {}
    for helper in tables.helpers.values():
        other = first.setdefault(helper.defines, helper)
        if other is not helper:
            yield Problem(helper.location, f"{helper.defines} is also the name of the helper {other.name}")
        if helper.defines in PRELUDE:
            meant = PRELUDE[helper.defines]
            yield Problem(helper.location, f"{helper.defines} is a name that templates have for {meant}")
        elif helper.defines in _BUILTINS:
            yield Problem(helper.location, f"{helper.defines} is a name that Python has itself")
        path, _, line = helper.location.rpartition(":")
        for fault in sorted(set(check_body(helper, known)), key=lambda fault: (fault.line, fault.message)):
            yield Problem(f"{path}:{int(line) + fault.line - 1}", fault.message)


def check_body(helper: Helper, known: Known) -> Iterator[Fault]:
    """What is wrong in the source of one helper; lines are those of the source."""
    tree = ast.parse(helper.source)
    yield from _free_names(helper, tree)
    definition = tree.body[0]
    inside = {**helper.imports, **_imported(tree)}
    # The name of the helper itself is known with its signature.
    bound = {name: what for name, what in bindings(tree).items() if name != helper.defines}
    scope = Scope(inside, bound, assigned=assigned_attributes([tree]))
    if not isinstance(definition, ast.ClassDef):
        yield from check_code(known, tree, scope)
        return
    instance, above = _instances(definition, helper, known)
    for part in (*definition.decorator_list, *definition.bases, *definition.body):
        own = replace(scope, bound=bindings(part))
        if isinstance(part, ast.FunctionDef) and part.args.args and not _is_static(part):
            found = {part.args.args[0].arg: instance, "super()": above}
            own = replace(own, instances={name: what for name, what in found.items() if what is not None})
        yield from check_code(known, part, own)


def members_of(helper: Helper, known: Known) -> frozenset[str] | None:
    """What instances of a helper's class have by name; None for a function and where the base is not known."""
    definition = ast.parse(helper.source).body[0]
    instance = _instances(definition, helper, known)[0] if isinstance(definition, ast.ClassDef) else None
    return None if instance is None else instance.has


def _free_names(helper: Helper, tree: ast.Module) -> Iterator[Fault]:
    """Names that nothing gives a meaning: a helper goes into a file without what stands beside it."""
    known = {*bindings(tree), *helper.imports, *_imported(tree), *_BUILTINS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in known:
            yield Fault(node.lineno, f"{node.id} means nothing here{nearest(node.id, known)}")


def _imported(tree: ast.AST) -> dict[str, str]:
    """The names that imports inside of a helper bind, with what they stand for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            plain = (a.name if a.asname else a.name.partition(".")[0] for a in node.names)
            found.update({a.asname or name: name for a, name in zip(node.names, plain, strict=True)})
        elif isinstance(node, ast.ImportFrom):
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return found


def _is_static(method: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in method.decorator_list)


def _instances(definition: ast.ClassDef, helper: Helper, known: Known) -> tuple[Instance | None, Instance | None]:
    """What `self` and `super()` are in the methods of a class; None where the base is not known."""
    base: str | None = None
    has: frozenset[str] = frozenset(dir(object))
    if definition.bases:
        head, _, rest = ast.unparse(definition.bases[0]).partition(".")
        base = ".".join(filter(None, (helper.imports.get(head, head), rest)))
        found = _members(base, known)
        if found is None or len(definition.bases) > 1:
            return None, None
        has = found
    methods = {part.name: _method_signature(part) for part in definition.body if isinstance(part, ast.FunctionDef)}
    bound = frozenset(name for part in definition.body for name in _class_names(part))
    own = assigned_attributes([definition]) | bound
    return Instance(has | own, base, methods), Instance(has, base)


def _class_names(part: ast.stmt) -> Iterator[str]:
    if isinstance(part, ast.FunctionDef):
        yield part.name
    else:
        yield from bindings(part)


def _members(base: str, known: Known) -> frozenset[str] | None:
    if base.startswith("mindspore."):
        return known.members(base) if known.has_fields else None
    module, _, name = base.rpartition(".")
    cls = getattr(importlib.import_module(module) if module in ("collections", "abc") else builtins, name, None)
    return None if cls is None else frozenset(dir(cls))


def _method_signature(method: ast.FunctionDef) -> Signature:
    signature = parse_signature(f"({ast.unparse(method.args)})")
    plain = {ast.unparse(decorator) for decorator in method.decorator_list}
    return signature if "staticmethod" in plain else Signature(signature.params[1:])
