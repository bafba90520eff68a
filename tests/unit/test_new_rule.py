"""What `scripts/new_rule.py` writes can be used, and is seen to be unfinished."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from docs_rules import summary
from new_rule import NewRuleError, new_rule

from torch2ms.rewrite.context import Rule
from torch2ms.rewrite.registry import all_rules, register


def begun(root: Path, name: str, *torch_names: str) -> Rule:
    """The rule as written."""
    written = new_rule(root, name, torch_names, all_rules())
    assert all((root / path).is_file() for path in written)
    spec = importlib.util.spec_from_file_location(name, root / written[0])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert summary(module.__doc__ or "").startswith("TODO: ")
    rule = module.RULE
    assert isinstance(rule, Rule)
    return rule


@pytest.mark.parametrize("names", [("torch.trapz",), ("torch.trapz", "torch.Tensor.trapz")])
def test_a_rule_for_names(tmp_path: Path, names: tuple[str, ...]) -> None:
    rule = begun(tmp_path, "trial", *names)
    assert tuple(rule.sites) == names
    assert register({**all_rules(), "trial": rule}).sites.keys() > set(names)


def test_a_rule_for_files(tmp_path: Path) -> None:
    rule = begun(tmp_path, "trial")
    assert not rule.sites and rule.start is not None
    assert rule.start in register({**all_rules(), "trial": rule}).start


def test_the_cases(tmp_path: Path) -> None:
    new_rule(tmp_path, "trial", ["torch.trapz"], all_rules())
    cases = tmp_path / "tests" / "cases" / "trial"
    assert {path.relative_to(cases).as_posix() for path in cases.glob("*/*")} == {
        "other_names/before.py",
        "other_names/inputs.toml",
        "forms/before.py",
    }


def test_what_is_written_is_well_formed(tmp_path: Path) -> None:
    new_rule(tmp_path, "trial", ["torch.trapz"], all_rules())
    new_rule(tmp_path, "other", ["torch.trapz", "torch.Tensor.trapz"], all_rules())
    new_rule(tmp_path, "third", [], all_rules())
    folder = tmp_path / "torch2ms"
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "torch_names", "message"),
    [
        ("no name", [], "no name for a module"),
        ("Trial", [], "no name for a module"),
        ("buffers", [], "there is a rule buffers already"),
        ("trial", ["register_buffer"], "register_buffer is not a canonical name"),
        (
            "trial",
            ["torch.nn.Module.register_buffer"],
            r"torch\.nn\.Module\.register_buffer is decided by the rule buffers",
        ),
    ],
)
def test_what_cannot_be(tmp_path: Path, name: str, torch_names: list[str], message: str) -> None:
    with pytest.raises(NewRuleError, match=message):
        new_rule(tmp_path, name, torch_names, all_rules())
    assert not list(tmp_path.iterdir())


def test_begun_twice(tmp_path: Path) -> None:
    new_rule(tmp_path, "trial", [], all_rules())
    with pytest.raises(NewRuleError, match="there is a rule trial already"):
        new_rule(tmp_path, "trial", [], all_rules())
