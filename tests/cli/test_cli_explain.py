"""explain, mappings, and the code table itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import torch2ms
from torch2ms.codes import CODES, FAMILIES
from torch2ms.mapping.load import load_tables, tables_root
from torch2ms.report.explain import code_page, row_line, row_page, rule_page
from torch2ms.rewrite.registry import all_rules, docstring


def test_every_code_has_a_page():
    for key, code in CODES.items():
        assert re.fullmatch(r"T2M[1-9]\d\d", key) and key == code.code
        assert key[3] in FAMILIES
        assert code.title and code.what and code.why and code.by_hand
        page = code_page(code)
        assert page.startswith(f"{key}: ") and "By hand: " in page
        assert max(map(len, page.splitlines())) <= 110


def test_every_code_in_use_is_in_the_table():
    package = Path(torch2ms.__file__).parent
    files = [*package.rglob("*.py"), *tables_root().rglob("*.yaml")]
    used = {code for path in files for code in re.findall(r"\bT2M\d{3}\b", path.read_text(encoding="utf-8"))}
    assert used <= set(CODES)


def test_every_row_has_a_page():
    tables = load_tables()
    assert len(tables.rows) > 500
    for name, row in tables.rows.items():
        assert row_page(row, tables, asked=name).startswith(name)
        assert row_line(row).startswith(f"{name} → ") and "\n" not in row_line(row)


@pytest.mark.parametrize("name", ["T2M401", "t2m401"])
def test_explain_a_code(run, name):
    result = run("explain", name)
    assert result.code == 0
    assert result.stdout.startswith("T2M401: ")


def test_explain_a_torch_name(run):
    result = run("explain", "torch.nn.Conv2d")
    assert result.code == 0
    assert result.stdout.startswith("torch.nn.Conv2d\n")
    for part in ("mindspore.nn.Conv2d", "padding", "example:", "mappings/torch.nn.yaml:"):
        assert part in result.stdout


def test_explain_an_alias(run):
    result = run("explain", "torch.nn.modules.conv.Conv2d")
    assert "torch.nn.modules.conv.Conv2d is another name for it" in result.stdout


@pytest.mark.parametrize("name", ["buffers", "torch.nn.Module.register_buffer"])
def test_explain_a_rule_by_its_name_and_by_a_name_it_decides(run, name):
    result = run("explain", name)
    assert result.code == 0
    assert result.stdout.startswith("buffers: a structural rule\n\nMakes buffers Parameters")
    assert "\nDecides what becomes of torch.nn.Buffer, torch.nn.Module.register_buffer.\n" in result.stdout


def test_explain_a_row_that_a_rule_comes_before(run):
    result = run("explain", "torch.no_grad")
    assert "the rule no_grad decides first (torch2ms explain no_grad), then:\n" in result.stdout
    assert "the rule" not in run("explain", "torch.abs").stdout


def test_every_rule_has_a_page():
    for name, rule in all_rules().items():
        page = rule_page(name, rule, docstring(name))
        assert page.startswith(f"{name}: a structural rule\n\n")
        assert max(map(len, page.splitlines())) <= 120


def test_a_method_that_changes_its_receiver(run):
    assert "the receiver becomes {self} + {other}\n" in run("explain", "torch.Tensor.add_").stdout


def test_the_last_case_is_otherwise(run):
    page = run("explain", "torch.nn.BatchNorm2d").stdout
    assert page.count("otherwise:") == 1 and "in any other case" not in page


@pytest.mark.parametrize("name", ["T2M000", "torch.nn.Conv2dd", "nonsense"])
def test_explain_the_unknown(run, name):
    result = run("explain", name)
    assert (result.code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {name}: ")


def test_mappings_list(run):
    lines = run("mappings", "list").stdout.splitlines()
    assert len(lines) == len(load_tables().rows)
    some = run("mappings", "list", "torch.nn.init.").stdout.splitlines()
    assert some and all(line.startswith("torch.nn.init.") for line in some)
    assert run("mappings", "list", "nothing").code == 2


def test_mappings_check(run, here):
    result = run("mappings", "check")
    assert (result.code, result.stderr) == (0, "")
    (here / "extra.yaml").write_text("torch.relu: mindspore.ops.no_such_function\n")
    result = run("mappings", "check", "--mappings", "extra.yaml")
    assert result.code == 2
    assert "extra.yaml:1:" in result.stderr


def test_mappings_check_against_a_version(run, here):
    newest = run("mappings", "check")
    assert (newest.code, run("mappings", "check", "--mindspore", "2.10").stdout) == (0, newest.stdout)
    older = run("mappings", "check", "--mindspore", "2.9", "--torch", "2.13")
    assert (older.code, older.stderr) == (0, "")
    # It came with 2.10: a finding for who asks about 2.9, no error in the table.
    (here / "extra.yaml").write_text("torch.vdot: mindspore.mint.vdot\n")
    assert "mint.vdot" not in run("mappings", "check", "--mappings", "extra.yaml", "--mindspore", "2.10.0").stderr
    result = run("mappings", "check", "--mappings", "extra.yaml", "--mindspore", "2.9")
    assert result.code == 1
    assert "error: extra.yaml:1: torch.vdot: there is no mindspore.mint.vdot" in result.stderr


def test_mappings_check_against_an_unknown_version(run, here):
    result = run("mappings", "check", "--mindspore", "2.8")
    assert (result.code, result.stdout) == (2, "")
    assert result.stderr == "error: no signatures of mindspore 2.8: there are those of mindspore 2.9, 2.10\n"
    result = run("mappings", "check", "--torch", "1.x")
    assert (result.code, result.stderr) == (2, "error: no signatures of torch 1.x: there are those of torch 2.13\n")
