"""`docs/rules/`: what each rule says of itself, what it decides, and its cases."""

from __future__ import annotations

import importlib
import inspect
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from docs_markdown import MARKDOWN, code_block, code_span, page, prose, table

from torch2ms.report.wording import listed, rule_claims
from torch2ms.rewrite.context import Rule
from torch2ms.rewrite.registry import docstring


def rule_pages(rules: Mapping[str, Rule], cases: Path) -> dict[str, str]:
    """A page for each rule, one for each part of the rewriter that has cases of its own, and the index."""
    others = sorted({folder.parent.name for folder in _case_folders(cases)} - set(rules))
    docstrings = {name: docstring(name) for name in sorted(rules)}
    parts = {name: inspect.getdoc(importlib.import_module(f"torch2ms.rewrite.{name}")) or "" for name in others}
    pages = {"rules/README.md": _index(docstrings, parts)}
    for name, text in docstrings.items():
        claims = "\n".join(f"- {sentence}" for sentence in rule_claims(rules[name], MARKDOWN))
        source = f"the rule's docstring or tests/cases/{name}/"
        pages[f"rules/{name}.md"] = page(source, f"# {name}", text, claims, *_cases(cases / name))
    for name, text in parts.items():
        source = f"torch2ms/rewrite/{name}.py or tests/cases/{name}/"
        pages[f"rules/{name}.md"] = page(source, f"# {name}", text, *_cases(cases / name))
    return pages


def summary(text: str) -> str:
    """The sentence a docstring begins with."""
    return " ".join(text.partition("\n\n")[0].split())


def _index(rules: Mapping[str, str], others: Mapping[str, str]) -> str:
    head = ("rule", "what it does")
    return page(
        "the docstrings in torch2ms/rewrite/rules/",
        "# Rules",
        "A rule rewrites what no single row of the [tables](../mappings/README.md) can say: it looks at statements, "
        "at a class, or at a whole file. Each has a page with its cases: code before and after. "
        "`torch2ms explain RULE` shows what a rule says of itself.",
        table(head, ((f"[{name}]({name}.md)", _cell(text)) for name, text in rules.items())),
        "## Beside the rules" if others else "",
        "Other parts of the rewriter have cases of the same form." if others else "",
        table(("part", "what it does"), ((f"[{n}]({n}.md)", _cell(text)) for n, text in others.items()))
        if others
        else "",
    )


def _cell(text: str) -> str:
    return prose(summary(text))


def _case_folders(cases: Path) -> list[Path]:
    return sorted(path.parent for path in cases.glob("*/*/before.py"))


def _cases(folder: Path) -> Iterator[str]:
    """The cases of a rule: first those that are converted, then those that stay."""
    found = sorted(path.parent for path in folder.glob("*/before.py"))
    for case in sorted(found, key=lambda case: not (case / "after.py").exists()):
        yield f"## {case.name.replace('_', ' ').capitalize()}"
        beside = sorted(path for path in case.glob("*.py") if path.stem not in ("before", "after", "__init__"))
        for path in beside:
            yield f"With `{path.name}` beside it:\n\n{code_block(path.read_text(encoding='utf-8'))}"
        yield code_block((case / "before.py").read_text(encoding="utf-8"))
        after = case / "after.py"
        if after.exists():
            yield "becomes"
            yield code_block(after.read_text(encoding="utf-8"))
        else:
            yield "is left as it is."
        yield _run(case / "inputs.toml")


def _run(inputs: Path) -> str:
    """What is known of a case by running it."""
    if not inputs.exists():
        return "The text is compared; it is not run."
    content = tomllib.loads(inputs.read_text(encoding="utf-8"))
    if content.get("not_run"):
        return f"Not run: {prose(content['not_run'])}."
    lines = []
    for entry in content["verify"]:
        what = " of ".join(code_span(entry[key]) for key in ("entry", "model") if key in entry)
        inputs = [code_span(text) for text in entry.get("inputs", ())]
        differs = f", known to differ: {prose(entry['differs'])}" if entry.get("differs") else ""
        drawn = ", drawn at random: shape, type and spread are compared" if entry.get("random") else ""
        lines.append(f"- {what}{f' with {listed(inputs)}' if inputs else ''}{drawn}{differs}")
    return "Run in both frameworks, with equal results unless something else is said:\n\n" + "\n".join(lines)
