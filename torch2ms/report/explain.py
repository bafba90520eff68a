"""Pages for `explain` and lines for `mappings list`, made from the code table and the rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from textwrap import fill, indent

from torch2ms.codes import CodePage
from torch2ms.mapping.proofs import how_to_prove
from torch2ms.mapping.schema import ArgRule, Body, Condition, ParamKind, Row, Signature, Tables

WIDTH = 100


def code_page(page: CodePage) -> str:
    """What, why, by hand, before and after."""
    parts = [
        f"{page.code}: {page.title}  ({page.family})",
        fill(page.what, WIDTH),
        "Why: " + fill(page.why, WIDTH, subsequent_indent="     ", initial_indent="     ").strip(),
        "By hand: " + fill(page.by_hand, WIDTH, subsequent_indent=" " * 9, initial_indent=" " * 9).strip(),
    ]
    if page.before:
        parts.append("Before:\n" + indent(page.before, "    "))
    if page.after:
        parts.append("After:\n" + indent(page.after, "    "))
    return "\n\n".join(parts) + "\n"


def row_line(row: Row) -> str:
    """`torch.cat → mindspore.ops.cat`."""
    forms = [variant.body for variant in row.variants] + ([] if row.body.empty and row.variants else [row.body])
    first, more = forms[0] if row.body.empty else row.body, len(forms) - 1
    cases = f"  (+{_plural(more, 'case')})" if more else ""
    return f"{row.name} → {_body(first)}{cases}" + (f"  ({row.location})" if row.users else "")


def row_page(row: Row, tables: Tables, *, asked: str) -> str:
    """Everything the tables know about a name, for a reader."""
    lines = [row.name]
    if asked != row.name:
        lines.append(f"  {asked} is another name for it")
    lines += [f"  {row.name}{_signature(signature)}" for signature in row.signatures]
    for variant in row.variants:
        lines.append(f"when {_condition(variant.condition)}:")
        lines += _body_lines(variant.body)
    if not row.body.empty:
        lines.append("otherwise:" if row.variants else "becomes:")
        lines += _body_lines(row.body)
    lines += _names("parameters and buffers", row.params)
    lines += _names("attributes", row.attrs)
    if row.graph is not None:
        lines.append(f"graph mode: {row.graph}")
    if row.tol is not None:
        lines.append(f"tolerance: {row.tol.value} ({row.tol.because})")
    for example in row.examples:
        lines.append("example:")
        lines.append(indent(example.strip(), "    "))
    lines.append(f"proven: {_proven(row)}")
    lines.append(f"defined in {row.location}" + (" (yours)" if row.users else ""))
    return "\n".join(lines) + "\n"


def _proven(row: Row) -> str:
    if row.proven:
        return "yes"
    if row.users:
        return f"no: {row.doubt}, so its sites are reported as check ({how_to_prove(row)})"
    return "no, so its sites are reported as check"


def suggestions(name: str, tables: Tables) -> list[str]:
    """Names in the tables that look like this one, or end in it."""
    last = name.rpartition(".")[2]
    same = sorted(known for known in tables.rows if known.rpartition(".")[2] == last)
    return same[:5] or difflib.get_close_matches(name, tables.rows, n=3)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _body(body: Body) -> str:
    if body.to is not None:
        return body.to
    if body.expr is not None:
        return " ".join(body.expr.split())
    if body.helper is not None:
        return f"helper {body.helper}"
    return f"left as it is: {body.unsupported}" if body.unsupported else "nothing"


def _body_lines(body: Body) -> Iterator[str]:
    yield f"  {_body(body)}"
    for label, text in (("hint", body.hint), ("note", body.note), ("check", body.check)):
        if text is not None:
            yield f"  {label}: {text}"
    for name, rule in body.args.items():
        yield f"    {name}: {_rule(rule)}"
    for keyword, value in body.add.items():
        yield f"    always {keyword}={value}"


def _rule(rule: ArgRule) -> str:
    parts: list[str] = []
    if rule.unsupported is not None:
        parts.append(f"not supported: {rule.unsupported}")
    if rule.drop is not None:
        parts.append(f"left out: {rule.drop}")
    if rule.to is not None:
        parts.append(f"becomes {rule.to}")
    if rule.value is not None:
        parts.append(f"as {rule.value}")
    if rule.default is not None:
        parts.append(f"{rule.default} when not given")
    for label, values in (("not", rule.reject), ("only", rule.only), ("unless", rule.unless)):
        if values:
            parts.append(f"{label} {', '.join(values)}")
    if rule.note is not None:
        parts.append(rule.note)
    return "; ".join(parts) or "under its own name"


def _condition(condition: Condition) -> str:
    parts = [f"{name} is given" for name in condition.given]
    parts += [f"{name} is not given" for name in condition.absent]
    parts += [f"{name} is {' or '.join(values)}" for name, values in condition.literal.items()]
    parts += [f"{name} is of kind {' or '.join(kinds)}" for name, kinds in condition.kind.items()]
    parts += [f"{name} has length {' or '.join(map(str, lengths))}" for name, lengths in condition.len.items()]
    parts += [f"{name} is a simple expression" for name in condition.simple]
    if condition.not_ is not None:
        parts.append(f"not ({_condition(condition.not_)})")
    return " and ".join(parts) or "in any other case"


def _signature(signature: Signature) -> str:
    shown: list[str] = []
    starred = False
    for param in signature.params:
        if param.kind is ParamKind.KEYWORD and not starred:
            shown.append("*")
        starred = starred or param.kind in (ParamKind.KEYWORD, ParamKind.VARIADIC)
        star = {ParamKind.VARIADIC: "*", ParamKind.VARKW: "**"}.get(param.kind, "")
        shown.append(star + param.name + ("" if param.default is None else f"={param.default}"))
    return f"({', '.join(shown)})"


def _names(title: str, names: Mapping[str, str | None]) -> Iterator[str]:
    if names:
        yield f"{title}: " + ", ".join(f"{old} → {new or 'none'}" for old, new in names.items())
