"""`docs/mappings/`: what the tables know, a page for each table, an index, and a list of all names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from docs_markdown import MARKDOWN, code_span, page, prose, table

from torch2ms.mapping.schema import ArgRule, Body, Row, Tables
from torch2ms.report.wording import argument_words, body_words, condition_words, listed, plural, renamed, row_cases
from torch2ms.rewrite.context import ANY_MODULE_MEMBER, Rule

# What is too long for a cell is cut; `torch2ms explain` shows all of it.
LONGEST_CODE = 100
MOST_CASES = 5
MOST_ARGUMENTS = 6
MOST_NAMESPACES = 3
# What a table says of an argument this often stands once, above the table.
OFTEN = 8


class Result(StrEnum):
    """What becomes of the sites of a name, all cases taken together."""

    CONVERTED = "converted"
    NOTE = "with a note"
    CHECK = "check"
    IN_PART = "in part"
    RULE = "by a rule"
    LEFT = "not converted"


MEANING = {
    Result.CONVERTED: "rewritten; examples are compared in both frameworks",
    Result.NOTE: "rewritten, in some cases with a note worth reading",
    Result.CHECK: "rewritten, but not proven, or only under a condition that the finding names",
    Result.IN_PART: "some cases are rewritten, some are left as they are",
    Result.RULE: "a rule decides by the code around; the row says what it leaves to the tables",
    Result.LEFT: "left as it is, with the reason and a way forward",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to know of names beside their rows: the rule that decides one, and its other names."""

    rules: Mapping[str, str]
    other_names: Mapping[str, Sequence[str]]

    def result(self, row: Row) -> Result:
        """What becomes of the sites of a row's name."""
        if row.name in self.rules:
            return Result.RULE
        bodies = [body for _, body in row_cases(row)]
        left = [body for body in bodies if body.unsupported is not None]
        if left:
            return Result.LEFT if len(left) == len(bodies) else Result.IN_PART
        if not row.proven or any(body.check for body in bodies):
            return Result.CHECK
        return Result.NOTE if any(body.note for body in bodies) else Result.CONVERTED


@dataclass(frozen=True, slots=True)
class TablePage:
    """One table: the name of its page, its rows by their torch names, and what many rows say of an argument."""

    name: str
    rows: Sequence[Row]
    often: frozenset[tuple[str, ArgRule]]


def mapping_pages(tables: Tables, rules: Mapping[str, Rule]) -> dict[str, str]:
    """The pages, by their paths in `docs/`."""
    by_file: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables.rows.values(), key=lambda row: row.name.lower()):
        by_file[PurePosixPath(row.location.rpartition(":")[0]).stem].append(row)
    pages = [TablePage(name, rows, _often(rows)) for name, rows in sorted(by_file.items())]
    other_names: dict[str, list[str]] = defaultdict(list)
    for alias, name in sorted(tables.aliases.items()):
        if alias not in tables.rows:
            other_names[name].append(alias)
    deciding = {site: name for name, rule in rules.items() for site in rule.sites if site != ANY_MODULE_MEMBER}
    known = Known(deciding, other_names)
    return {
        "mappings/README.md": _index(pages, known),
        "mappings/names.md": _names(pages, known),
        **{f"mappings/{each.name}.md": _table_page(each, tables, known) for each in pages},
    }


def _often(rows: Sequence[Row]) -> frozenset[tuple[str, ArgRule]]:
    """What is said of an argument in many of the rows, without renaming it."""
    said = Counter(
        pair
        for row in rows
        for pair in {(name, rule) for body in row.bodies for name, rule in body.args.items() if not rule.to}
    )
    return frozenset(pair for pair, count in said.items() if count >= OFTEN)


# The page of a table


def _table_page(shown: TablePage, tables: Tables, known: Known) -> str:
    head = ("torch", "becomes", "arguments and notes", "result", "proven by")
    often = [(name, argument_words(rule, MARKDOWN)) for name, rule in shown.often]
    said = "\n".join(f"- {code_span(name)}: {words}" for name, words in sorted(often))
    by_rules = [
        f"- {code_span(name)}: [{rule}](../rules/{rule}.md)"
        for name, rule in sorted(known.rules.items())
        if name not in tables.rows and name.rpartition(".")[0] == shown.name
    ]
    return page(
        f"mappings/{shown.name}.yaml",
        f"# {shown.name}",
        f"{plural(len(shown.rows), 'name')} of {_namespaces(shown.rows)}. `{{dim}}` in a template stands for the "
        "argument, `{self}` for the receiver. [What the results mean](README.md#results), [all names](names.md).",
        f"Unless a row says something else:\n\n{said}" if said else "",
        table(head, (_cells(row, shown.often, known) for row in shown.rows)),
        "## Without a row" if by_rules else "",
        "Decided by rules alone:\n\n" + "\n".join(by_rules) if by_rules else "",
    )


def _cells(row: Row, often: frozenset[tuple[str, ArgRule]], known: Known) -> tuple[str, ...]:
    last = row.name.rpartition(".")[2]
    # Those that end in the same word are paths to the module it is defined in.
    others = [name for name in known.other_names.get(row.name, ()) if name.rpartition(".")[2] != last]
    also = "".join(f"<br>also {code_span(name)}" for name in others[:MOST_CASES])
    rule = known.rules.get(row.name)
    becomes = [f"as the rule [{rule}](../rules/{rule}.md) decides, else:"] if rule is not None else []
    result = known.result(row)
    if row.examples:
        proven = plural(len(row.examples), "example")
    elif result in (Result.LEFT, Result.RULE):
        proven = ""
    else:
        proven = "nothing to compare" if row.proven else "nothing yet"
    return (
        f'<a id="{row.name}"></a>{code_span(row.name)}{also}',
        "<br>".join([*becomes, *_becomes(row)]),
        "<br>".join(_details(row, often)),
        result,
        proven,
    )


def _becomes(row: Row) -> Iterator[str]:
    """What the row makes of its name: each form once, with its condition where it has but one."""
    forms: dict[str, list[str]] = defaultdict(list)
    for condition, body in row_cases(row):
        words = f"if {condition_words(condition, MARKDOWN)}" if condition is not None else "otherwise"
        forms[_form(body)].append(words)
    if not forms:
        yield "known by its parameters and attributes only"
    for form, conditions in list(forms.items())[:MOST_CASES]:
        when = conditions[0] if len(conditions) == 1 else f"in {len(conditions)} cases"
        yield form if len(forms) == 1 else f"{form} *{when}*"
    if len(forms) > MOST_CASES:
        yield f"… and {plural(len(forms) - MOST_CASES, 'more form')}"


def _form(body: Body) -> str:
    text = " ".join((body.expr or "").split())
    if len(text) > LONGEST_CODE:
        return code_span(text[: LONGEST_CODE - 1].rstrip() + "…")
    return body_words(body, MARKDOWN)


def _details(row: Row, often: frozenset[tuple[str, ArgRule]]) -> Iterator[str]:
    """Arguments, notes, conditions and ways forward: once each, whatever case says them."""
    bodies = [body for _, body in row_cases(row)]
    told = list(_arguments(row, [body for body in bodies if body.unsupported is None], often))
    yield from told[:MOST_ARGUMENTS]
    if len(told) > MOST_ARGUMENTS:
        yield f"… and {plural(len(told) - MOST_ARGUMENTS, 'more argument')}"
    if any(old != new for old, new in row.params.items()):
        yield f"parameters: {renamed(row.params, MARKDOWN)}"
    for label, texts in (
        ("note", [body.note for body in bodies]),
        ("check", [body.check for body in bodies]),
        ("way forward", [body.hint for body in bodies]),
    ):
        yield from (f"{label}: {prose(text)}" for text in dict.fromkeys(texts) if text)
    if row.graph is not None:
        yield f"graph mode: {prose(row.graph)}"


def _arguments(row: Row, bodies: Sequence[Body], often: frozenset[tuple[str, ArgRule]]) -> Iterator[str]:
    """What becomes of arguments that are not simply passed on, and where it is not what many rows say."""
    found: dict[str, list[ArgRule]] = defaultdict(list)
    for body in bodies:
        for name, rule in body.args.items():
            found[name].append(rule)
    for name, rules in found.items():
        if all((name, rule) in often for rule in rules):
            continue
        everywhere = len(rules) == len(bodies) and len(set(rules)) == 1
        yield f"{code_span(name)}: {argument_words(rules[0], MARKDOWN)}{'' if everywhere else ' (in some cases)'}"
    usual = {name for name, _ in often}
    passed = {param.name for signature in row.signatures for param in signature.params}
    if bodies:
        yield from (f"{code_span(name)}: passed on" for name in sorted(passed & usual - set(found)))


def _namespaces(rows: Sequence[Row]) -> str:
    counts = Counter(row.name.rpartition(".")[0] for row in rows)
    names = [code_span(name) for name, _ in counts.most_common(MOST_NAMESPACES)]
    more = len(counts) - MOST_NAMESPACES
    return listed([*names, plural(more, "more namespace")] if more > 0 else names)


# The index, and the list of all names


def _index(pages: Sequence[TablePage], known: Known) -> str:
    head = ("table", "names of", "names", *Result)
    counted = {each.name: Counter(map(known.result, each.rows)) for each in pages}
    rows = [
        (f"[{each.name}]({each.name}.md)", _namespaces(each.rows), str(len(each.rows)), *_figures(counted[each.name]))
        for each in pages
    ]
    others = sum(map(len, known.other_names.values()))
    total = sum(counted.values(), Counter[Result]())
    rows.append(("**all**", "", f"**{total.total()}**", *(f"**{figure}**" for figure in _figures(total))))
    return page(
        "mappings/*.yaml",
        "# Mappings",
        "What torch2ms knows of torch. To see whether a name is converted, and how, look it up in the "
        "[list of all names](names.md), or ask `torch2ms explain torch.nn.Conv2d`, which shows all of a row with its "
        "examples. A torch name that is not there is left as it is and reported "
        "([T2M205](../codes.md#t2m205)).",
        f"{plural(total.total(), 'row')}, and {plural(others, 'other name')} for the same things. What no "
        "row can say is done by [rules](../rules/README.md).",
        table(head, rows),
        "## Results",
        table(("result", "meaning"), MEANING.items()),
        "Whatever the result, a call with an argument that cannot be converted is left as it is, with the reason.",
    )


def _figures(counts: Counter[Result]) -> Iterator[str]:
    return (str(counts[result]) for result in Result)


def _names(pages: Sequence[TablePage], known: Known) -> str:
    """Every name with its result and the page it is on."""
    found = {name: ("by a rule", f"[{rule}](../rules/{rule}.md)") for name, rule in known.rules.items()}
    for each in pages:
        found |= {row.name: (known.result(row).value, f"[{each.name}]({each.name}.md#{row.name})") for row in each.rows}
    for name, aliases in known.other_names.items():
        if name in found:
            found.update({alias: (f"as {code_span(name)}", found[name][1]) for alias in aliases})
    rows = ((code_span(name), *found[name]) for name in sorted(found, key=lambda name: (name.lower(), name)))
    return page(
        "mappings/*.yaml",
        "# All names",
        "Every torch name that the tables and the [rules](../rules/README.md) know. "
        "[What the results mean](README.md#results).",
        table(("name", "result", "page"), rows),
    )
