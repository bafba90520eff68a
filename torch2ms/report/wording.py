"""What the tables and the rules say, in words: for the pages of `explain` and for those in `docs/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from torch2ms.codes import CodePage
from torch2ms.mapping.schema import ArgRule, Body, Condition, ParamKind, Row, Signature
from torch2ms.rewrite.context import ANY_MODULE_MEMBER, Rule


@dataclass(frozen=True, slots=True)
class Style:
    """How a page writes code, and how plain words, so that its reader sees which is which."""

    code: Callable[[str], str]
    prose: Callable[[str], str]


PLAIN = Style(str, str)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a code's page; `is_code`: the text is source code."""

    label: str
    text: str
    is_code: bool = False


def code_sections(page: CodePage) -> Iterator[Section]:
    """Why the code exists, what to do by hand, and an example where there is one."""
    yield Section("Why", page.why)
    yield Section("By hand", page.by_hand)
    if page.before:
        yield Section("Before", page.before, is_code=True)
    if page.after:
        yield Section("After", page.after, is_code=True)


def rule_claims(rule: Rule, style: Style = PLAIN) -> Iterator[str]:
    """Which sites a rule decides, and when it looks at a file: one sentence each."""
    claimed = [style.code(name) for name in sorted(rule.sites) if name != ANY_MODULE_MEMBER]
    if claimed:
        yield f"Decides what becomes of {', '.join(claimed)}."
    if ANY_MODULE_MEMBER in rule.sites:
        yield "Decides what becomes of every member of a module that no other rule claims by its name."
    if rule.row is not None:
        yield "Is asked for every site that no rule claims by its name, before the site's row is carried out."
    if rule.start is not None:
        yield "Looks at every file before any site is decided."
    if rule.finish is not None:
        yield "Looks at every file when all sites are decided."
    if rule.after:
        yield f"Looks at a file only after {listed([style.code(name) for name in rule.after])} did."


def row_cases(row: Row) -> Iterator[tuple[Condition | None, Body]]:
    """The cases of a row that can come up, in their order; None: whatever the case is."""
    for variant in row.variants:
        always = variant.condition == Condition()
        yield None if always else variant.condition, variant.body
        if always:
            return
    if not row.body.empty:
        yield None, row.body


def body_words(body: Body, style: Style = PLAIN) -> str:
    """What a site becomes."""
    if body.to is not None:
        return style.code(body.to)
    if body.expr is not None:
        return style.code(" ".join(body.expr.split()))
    if body.helper is not None:
        return f"helper {style.code(body.helper)}"
    if body.unsupported is not None:
        return f"left as it is: {style.prose(body.unsupported)}"
    if body.inplace is not None:
        return f"the receiver becomes {style.code(' '.join(body.inplace.split()))}"
    return "nothing"


def argument_words(rule: ArgRule, style: Style = PLAIN) -> str:
    """What becomes of an argument."""
    parts: list[str] = []
    if rule.unsupported is not None:
        parts.append(f"not supported: {style.prose(rule.unsupported)}")
    if rule.drop is not None:
        parts.append(f"left out: {style.prose(rule.drop)}")
    if rule.to is not None:
        parts.append(f"becomes {style.code(rule.to)}")
    if rule.value is not None:
        parts.append(f"as {style.code(rule.value)}")
    if rule.default is not None:
        parts.append(f"{style.code(rule.default)} when not given")
    for label, values in (("not", rule.reject), ("only", rule.only), ("unless", rule.unless)):
        if values:
            parts.append(f"{label} {', '.join(map(style.code, values))}")
    if rule.note is not None:
        parts.append(style.prose(rule.note))
    return "; ".join(parts) or "under its own name"


def condition_words(condition: Condition, style: Style = PLAIN) -> str:
    """When a variant of a row is taken."""
    code = style.code
    parts = [f"{code(name)} is given" for name in condition.given]
    parts += [f"{code(name)} is not given" for name in condition.absent]
    parts += [f"{code(name)} is {' or '.join(map(code, values))}" for name, values in condition.literal.items()]
    parts += [f"{code(name)} is of kind {' or '.join(kinds)}" for name, kinds in condition.kind.items()]
    parts += [f"{code(name)} has length {' or '.join(map(str, sizes))}" for name, sizes in condition.len.items()]
    parts += [f"{code(name)} is a simple expression" for name in condition.simple]
    if condition.not_ is not None:
        parts.append(f"not ({condition_words(condition.not_, style)})")
    return " and ".join(parts)


def signature_text(signature: Signature) -> str:
    """`(input, dim=None, *, keepdim=False)`."""
    shown: list[str] = []
    starred = False
    for param in signature.params:
        if param.kind is ParamKind.KEYWORD and not starred:
            shown.append("*")
        starred = starred or param.kind in (ParamKind.KEYWORD, ParamKind.VARIADIC)
        star = {ParamKind.VARIADIC: "*", ParamKind.VARKW: "**"}.get(param.kind, "")
        shown.append(star + param.name + ("" if param.default is None else f"={param.default}"))
    return f"({', '.join(shown)})"


def renamed(names: Mapping[str, str | None], style: Style = PLAIN) -> str:
    """`weight → gamma, num_batches_tracked → none`."""
    return ", ".join(f"{style.code(old)} → {style.code(new) if new else 'none'}" for old, new in names.items())


def plural(count: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
