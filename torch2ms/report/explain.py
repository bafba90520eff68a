"""Pages for `explain` and lines for `mappings list`, made from the code table, the rules and the rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill, indent

from torch2ms.codes import CodePage
from torch2ms.mapping.proofs import how_to_prove
from torch2ms.mapping.schema import Body, Row, Tables
from torch2ms.report.wording import (
    argument_words,
    body_words,
    code_sections,
    condition_words,
    plural,
    renamed,
    row_cases,
    rule_claims,
    signature_text,
)
from torch2ms.rewrite.context import Rule

WIDTH = 100


def code_page(page: CodePage) -> str:
    """What, why, by hand, before and after."""
    parts = [f"{page.code}: {page.title}  ({page.family})", fill(page.what, WIDTH)]
    for section in code_sections(page):
        if section.is_code:
            parts.append(f"{section.label}:\n" + indent(section.text, "    "))
        else:
            space = " " * len(f"{section.label}: ")
            text = fill(section.text, WIDTH, initial_indent=space, subsequent_indent=space)
            parts.append(f"{section.label}: {text.strip()}")
    return "\n\n".join(parts) + "\n"


def rule_page(name: str, rule: Rule, docstring: str) -> str:
    """What a rule says of itself, and what it decides."""
    claims = [fill(sentence, WIDTH, break_on_hyphens=False) for sentence in rule_claims(rule)]
    return "\n\n".join([f"{name}: a structural rule", docstring.strip(), "\n".join(claims)]) + "\n"


def row_line(row: Row) -> str:
    """`torch.cat → mindspore.ops.cat`."""
    forms = [variant.body for variant in row.variants] + ([] if row.body.empty and row.variants else [row.body])
    first, more = forms[0] if row.body.empty else row.body, len(forms) - 1
    cases = f"  (+{plural(more, 'case')})" if more else ""
    return f"{row.name} → {body_words(first)}{cases}" + (f"  ({row.location})" if row.users else "")


def row_page(row: Row, tables: Tables, *, asked: str, rule: str | None = None) -> str:
    """Everything the tables know about a name, for a reader; `rule` is the rule that decides its sites first."""
    lines = [row.name]
    if asked != row.name:
        lines.append(f"  {asked} is another name for it")
    lines += [f"  {row.name}{signature_text(signature)}" for signature in row.signatures]
    if rule is not None:
        lines.append(f"the rule {rule} decides first (torch2ms explain {rule}), then:")
    conditions = 0
    for condition, body in row_cases(row):
        if condition is None:
            lines.append("otherwise:" if conditions else "becomes:")
        else:
            lines.append(f"when {condition_words(condition)}:")
            conditions += 1
        lines += _body_lines(body)
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


def suggestions(name: str, tables: Tables, rules: Iterable[str] = ()) -> list[str]:
    """Names of rows and rules that look like this one, or end in it."""
    last = name.rpartition(".")[2]
    same = sorted(known for known in tables.rows if known.rpartition(".")[2] == last)
    return same[:5] or difflib.get_close_matches(name, [*tables.rows, *rules], n=3)


def _body_lines(body: Body) -> Iterator[str]:
    yield f"  {body_words(body)}"
    for label, text in (("hint", body.hint), ("note", body.note), ("check", body.check)):
        if text is not None:
            yield f"  {label}: {text}"
    for name, rule in body.args.items():
        yield f"    {name}: {argument_words(rule)}"
    for keyword, value in body.add.items():
        yield f"    always {keyword}={value}"


def _names(title: str, names: Mapping[str, str | None]) -> Iterator[str]:
    if names:
        yield f"{title}: {renamed(names)}"
