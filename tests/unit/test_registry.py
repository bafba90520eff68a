"""The rules as a whole: how they are found, what they claim, in which order they run, and what they may touch."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Settings
from torch2ms.rewrite import pipeline, rules
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.registry import Registry, RuleError, all_rules, register

FOLDER = Path(rules.__file__).parent
CASES = sorted(Path(__file__).parent.parent.glob("cases/*/*/before.py"))
AFTER = [(name, other) for name, rule in all_rules().items() for other in rule.after]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def decide(ctx: FileContext, use: Use) -> bool:
    return True


def look(ctx: FileContext) -> None:
    pass


def test_every_module_of_the_folder_is_a_rule() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} | {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert set(all_rules()) == modules - {"__init__", "rules", "shared"}


def test_every_rule_does_something() -> None:
    assert not [name for name, r in all_rules().items() if not (r.sites or r.row or r.start or r.finish)]


def test_two_rules_cannot_claim_one_name() -> None:
    trial = Rule(sites={"torch.nn.Module.register_buffer": decide})
    with pytest.raises(
        RuleError, match=r"torch\.nn\.Module\.register_buffer is claimed by two rules: buffers and trial"
    ):
        register({**all_rules(), "trial": trial})


def test_a_rule_cannot_wait_for_one_that_is_not_there() -> None:
    with pytest.raises(RuleError, match="late has to run after nobody, which is no rule"):
        register({"late": Rule(start=look, after=("nobody",))})


def test_rules_cannot_wait_for_each_other() -> None:
    with pytest.raises(RuleError, match=r"wait for each other: .* → "):
        register({"a": Rule(start=look, after=("b",)), "b": Rule(start=look, after=("a",))})


def test_rules_run_behind_those_they_wait_for() -> None:
    def first(ctx: FileContext) -> None:
        pass

    assert register({"a": Rule(start=look, after=("z",)), "z": Rule(start=first)}).start == (first, look)


def ordered(names: Sequence[str]) -> Registry:
    """All rules, in this order."""
    found = [all_rules()[name] for name in names]
    return replace(
        register(all_rules()),
        start=tuple(rule.start for rule in found if rule.start is not None),
        finish=tuple(rule.finish for rule in found if rule.finish is not None),
    )


def converted(tables: Tables, first: Sequence[str] = ()) -> Iterator[tuple[Path, FileResult]]:
    """The cases as they are converted now, those of some rules first."""
    for path in sorted(CASES, key=lambda path: path.parent.parent.name not in first):
        yield path, replace(pipeline.convert_bytes(path.read_bytes(), path, tables, Settings()), seconds=0.0)


@pytest.fixture(scope="module")
def as_it_is(tables: Tables) -> dict[Path, FileResult]:
    return dict(converted(tables))


def test_but_for_what_after_says_the_order_does_not_matter(
    tables: Tables, as_it_is: dict[Path, FileResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    waiting = sorted(all_rules(), reverse=True)
    while waiting:
        free = next(name for name in waiting if not set(all_rules()[name].after) & set(waiting))
        names.append(free)
        waiting.remove(free)
    monkeypatch.setattr(pipeline, "registry", lambda: ordered(names))
    assert dict(converted(tables)) == as_it_is


@pytest.mark.parametrize(("name", "other"), AFTER, ids=[f"{name} after {other}" for name, other in AFTER])
def test_each_after_matters(
    name: str, other: str, tables: Tables, as_it_is: dict[Path, FileResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [rule for rule in sorted(all_rules()) if rule != name]
    names.insert(names.index(other), name)
    monkeypatch.setattr(pipeline, "registry", lambda: ordered(names))
    assert any(result != as_it_is[path] for path, result in converted(tables, first=(name, other)))


def modules_of_rules() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.py") if path.parent.name != "shared")


@pytest.mark.parametrize("path", modules_of_rules(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_rule_knows_no_other_rule(path: Path) -> None:
    own = f"torch2ms.rewrite.rules.{path.relative_to(FOLDER).parts[0].removesuffix('.py')}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torch2ms.rewrite.rules"):
            assert (node.module or "").startswith(("torch2ms.rewrite.rules.shared", own)), ast.unparse(node)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_rule_decides_by_verbs_alone(path: Path) -> None:
    """No rule gets at the draft of a file, in which plans, sites and outcomes are collected."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "torch2ms.rewrite.draft":
            assert {alias.name for alias in node.names} <= {"Use", "Decision"}, ast.unparse(node)
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_draft"), ast.unparse(node)
