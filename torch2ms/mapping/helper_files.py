"""Read the helpers: each file of `mappings/helpers/` holds imports, then one function or Cell."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from torch2ms.mapping.files import TableError, TableFile
from torch2ms.mapping.schema import Helper, Signature
from torch2ms.mapping.signatures import parse_signature


def read_helper(name: str, file: TableFile, mindspore: Mapping[str, Sequence[str]]) -> Helper:
    """One file of `mappings/helpers/`: imports, then one def or class.

    `mindspore` has the signature of a class that inherits its `__init__`.
    """
    try:
        text = file.content.decode("utf-8").replace("\r\n", "\n")
        module = ast.parse(text)
    except UnicodeDecodeError as error:
        raise TableError(file.label, 0, "not UTF-8") from error
    except SyntaxError as error:
        raise TableError(file.label, error.lineno or 0, error.msg) from error
    body = module.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    imports: dict[str, str] = {}
    for statement in body[:-1]:
        imports.update(_imports(file, statement))
    last = body[-1] if body else None
    if not isinstance(last, ast.FunctionDef | ast.ClassDef):
        line = last.lineno if last else 1
        raise TableError(file.label, line, "a helper ends with one def or class")
    first = min((decorator.lineno for decorator in last.decorator_list), default=last.lineno)
    source = "\n".join(text.split("\n")[first - 1 : last.end_lineno]) + "\n"
    used = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    return Helper(
        name=name,
        source=source,
        defines=last.name,
        imports={alias: full for alias, full in imports.items() if alias in used},
        signature=_helper_signature(last, imports, mindspore),
        attributes=frozenset(_attributes(last)),
        location=f"{file.label}:{first}",
        called=last.name,
    )


def _attributes(helper: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    """The attributes that the `__init__` of a class sets."""
    for method in helper.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    yield node.attr


def _imports(file: TableFile, statement: ast.stmt) -> dict[str, str]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if "." in alias.name and alias.asname is None:
                raise TableError(file.label, statement.lineno, f"write: import {alias.name} as …")
        return {alias.asname or alias.name: alias.name for alias in statement.names}
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        if statement.module == "__future__":
            return {}
        return {alias.asname or alias.name: f"{statement.module}.{alias.name}" for alias in statement.names}
    raise TableError(file.label, statement.lineno, "only imports may stand before the def or class of a helper")


def _helper_signature(
    node: ast.FunctionDef | ast.ClassDef, imports: Mapping[str, str], mindspore: Mapping[str, Sequence[str]]
) -> Signature:
    if isinstance(node, ast.FunctionDef):
        return parse_signature(_signature_text(node))
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            signature = parse_signature(_signature_text(statement))
            return Signature(signature.params[1:])
    for base in node.bases:
        head, _, rest = ast.unparse(base).partition(".")
        for text in mindspore.get(f"{imports.get(head, head)}{'.' * bool(rest)}{rest}", ())[:1]:
            return parse_signature(text)
    return Signature()


def _signature_text(node: ast.FunctionDef) -> str:
    return f"({ast.unparse(node.args)})"
