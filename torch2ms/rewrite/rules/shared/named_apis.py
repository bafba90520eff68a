"""APIs of torch that are looked up by name: `getattr(nn, name)`, `nn.__dict__[name]`, as a dict of what they become.

Not a rewrite of its own: the rule `dynamic_access` asks.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.strings import strings_of


def plain_as_value(row: Row) -> bool:
    """Whether a name can stand for its target wherever it is passed."""
    body = row.body
    if row.variants:
        return False
    if body.expr is not None:
        return not row.signatures and "{" not in body.expr
    return (
        body.to is not None
        and not body.add
        and all(
            rule.drop is not None or (rule.to is None and rule.value is None and rule.default is None)
            for rule in body.args.values()
        )
    )


def look_up(ctx: FileContext, use: Use, whole: ast.expr, key: ast.expr, default: ast.expr | None = None) -> bool:
    """Decide a site of a module of torch's, an attribute of which `whole` looks up by the name `key`.

    False if nothing is known of the name.
    """
    module = use.name.removesuffix(".__dict__")
    start = len(module) + 1
    names = {
        name[start:] for name in ctx.tables.torch_names if name.startswith(f"{module}.") and "." not in name[start:]
    }
    found = strings_of(ctx, key, names)
    forms = {name: form for name in found.values if (form := _form(ctx, f"{module}.{name}")) is not None}
    if not forms:
        return False
    if len(found.values) == 1 and found.is_all:
        ctx.replace(whole, next(iter(forms.values())))
        return ctx.converted(use, next(iter(forms)))
    ctx.replace(whole, _table(forms, key, default))
    # A name that torch lacks too is looked up elsewhere, or raises in both.
    missing = [name for name in found.values if name not in forms and name in names]
    left = f"{', '.join(f'{module}.{name}' for name in missing)} cannot be converted as values; " if missing else ""
    if missing or not found.is_all:
        message = f"{left}other names than those in the dict raise a KeyError"
        return ctx.check(use, ", ".join(forms), message, "T2M104", "add what callers pass to the dict")
    return ctx.converted(use, ", ".join(forms))


def _table(forms: Mapping[str, Template], key: ast.expr, default: ast.expr | None) -> Template:
    """The dict of what names become, and the look-up in it."""
    values: dict[str, Value] = {"key": key}
    items = []
    for number, (name, form) in enumerate(forms.items()):
        values[f"form{number}"] = form
        items.append(f'"{name}": {{form{number}}}')
    text = "{{" + ", ".join(items) + "}}"
    if default is None:
        return Template(text + "[{key}]", values)
    return Template(text + ".get({key}, {default})", {**values, "default": default})


def _form(ctx: FileContext, name: str) -> Template | None:
    """What stands for a name wherever it is called with torch's arguments; None if there is nothing."""
    row = ctx.tables.row(name)
    if row is None or row.body.unsupported:
        return None
    value = row.value
    if value is not None and value.helper:
        return Template(ctx.helper(value.helper))
    if value is not None and value.expr:
        for helper in ctx.calls.helpers_in(value.expr):
            ctx.helper(helper)
        return ctx.template(value.expr)
    if value is not None:
        return Template(ctx.spell(value.to)) if value.to else None
    if not plain_as_value(row):
        return None
    return Template(ctx.spell(row.body.to)) if row.body.to else ctx.template(row.body.expr or "")
