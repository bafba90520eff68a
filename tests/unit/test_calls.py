"""Calls planned by rows, end to end: no argument of torch's ever vanishes, nothing is decided on a guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Settings
from torch2ms.rewrite.pipeline import convert_bytes

ROWS = """
torch.renamed: {sig: "(input, dim=0)", to: mindspore.ops.softmax, args: {dim: axis}}
torch.kept: {sig: "(input, min=None, max=None)", to: mindspore.ops.clamp}
torch.refused: {sig: "(input, min=None, *, out=None)", to: mindspore.ops.clamp,
  args: {out: {unsupported: MindSpore has no out=}}}
torch.lost: {sig: "(input, sparse=False)", to: mindspore.ops.clamp}
torch.dropped: {sig: "(input, device=None)", to: mindspore.ops.relu, args: {device: {drop: by context}}}
torch.noted: {sig: "(input, inplace=False)", to: mindspore.ops.relu,
  args: {inplace: {drop: not in place, unless: "True", note: mind it}}, example: "torch.noted(f(2), True)"}
torch.only: {sig: "(input, sparse=False)", to: mindspore.ops.relu, args: {sparse: {only: "False"}}}
torch.inverted: {sig: "(input, momentum=0.1)", to: mindspore.made.norm,
  args: {momentum: {value: "1 - {}", reject: "None"}}}
torch.defaulted: {sig: "(input, eps=1e-5)", to: mindspore.made.norm,
  args: {eps: {to: epsilon, default: "1e-5"}}}
torch.added: {sig: "(input, stride=1)", to: mindspore.made.conv, add: {pad_mode: "'valid'", stride: "2"}}
torch.shaped: {sig: "(*size)", expr: "ops.zeros({size})"}
torch.spread: {sig: "(*size)", expr: "ops.made(0, {*size})"}
torch.twice: {sig: "(input)", expr: "{input} * ops.sigmoid({input})"}
torch.item: {sig: "(input, size)", expr: "ops.made({input}, {size[0]}, {size[-1]})"}
torch.unused: {sig: "(input, other=1)", expr: "ops.relu({input})"}
torch.braced: {sig: "(input, other=1)", expr: "{input} - {other}"}
torch.cases:
  sig: "(input, dim=None)"
  when:
    - if: {absent: [dim]}
      expr: "ops.all({input})"
    - if: {kind: {dim: int}}
      expr: "ops.one({input}, {dim})"
    - if: {kind: {dim: tuple}}
      expr: "ops.many({input}, {dim})"
torch.any_case:
  sig: "(input, dim=None)"
  when:
    - if: {kind: {dim: int}}
      expr: "ops.one({input}, {dim})"
    - expr: "ops.any({input}, {dim})"
      unknown: ok
torch.never: {unsupported: it does not exist, hint: write it}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The shipped tables and rows made up for these tests."""
    path = tmp_path_factory.mktemp("tables") / "made.yaml"
    path.write_text(ROWS)
    return load_tables((path,), unchecked=True)


def convert(text: str, made: Tables) -> tuple[FileResult, str]:
    source = f"import torch\n\n\ndef f(a, b, n, k, **kw):\n    x = {text}\n    return x\n"
    result = convert_bytes(source.encode(), Path("made.py"), made, Settings(todo_comments=False))
    assert result.error is None
    line = next(line for line in result.text.splitlines() if line.startswith("    x = "))
    return result, line.removeprefix("    x = ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch.renamed(a, 1)", "ops.softmax(a, 1)"),
        ("torch.renamed(a, dim=1)", "ops.softmax(a, axis=1)"),
        ("torch.renamed(dim=1, input=a)", "ops.softmax(axis=1, input=a)"),
        ("torch.kept(a, 1, max=n)", "ops.clamp(a, 1, max=n)"),
        ("torch.dropped(a, device='cuda')", "ops.relu(a)"),
        ("torch.dropped(a, 'cuda')", "ops.relu(a)"),
        ("torch.noted(a, True)", "ops.relu(a)"),
        ("torch.only(a, sparse=False)", "ops.relu(a)"),
        ("torch.inverted(a, 0.1)", "ms.made.norm(a, 0.9)"),
        ("torch.inverted(a, momentum=n)", "ms.made.norm(a, momentum=1 - n)"),
        ("torch.inverted(a, momentum=n - k)", "ms.made.norm(a, momentum=1 - (n - k))"),
        ("torch.inverted(a, momentum=n * k)", "ms.made.norm(a, momentum=1 - n * k)"),
        ("torch.inverted(a, momentum=n if k else b)", "ms.made.norm(a, momentum=1 - (n if k else b))"),
        ("torch.defaulted(a)", "ms.made.norm(a, epsilon=1e-5)"),
        ("torch.defaulted(a, eps=1e-6)", "ms.made.norm(a, epsilon=1e-6)"),
        ("torch.added(a, stride=3)", "ms.made.conv(a, stride=3, pad_mode='valid')"),
        ("torch.shaped(2, 3)", "ops.zeros((2, 3))"),
        ("torch.shaped((2, 3))", "ops.zeros((2, 3))"),
        ("torch.shaped(*n)", "ops.zeros((*n,))"),
        ("torch.spread(2, 3)", "ops.made(0, 2, 3)"),
        ("torch.twice(a)", "a * ops.sigmoid(a)"),
        ("torch.twice(a.b[0])", "a.b[0] * ops.sigmoid(a.b[0])"),
        ("torch.item(a, (2, 3))", "ops.made(a, 2, 3)"),
        ("torch.braced(a + b, n + k)", "a + b - (n + k)"),
        ("torch.braced(a, (lambda: 0))", "a - (lambda: 0)"),
        ("torch.unused(a, 1)", "ops.relu(a)"),
        ("torch.cases(a)", "ops.all(a)"),
        ("torch.cases(a, 3)", "ops.one(a, 3)"),
        ("torch.cases(a, dim=(0, 1))", "ops.many(a, (0, 1))"),
        ("torch.any_case(a, n)", "ops.any(a, n)"),
        ("torch.renamed(torch.kept(a, 1), dim=1)", "ops.softmax(ops.clamp(a, 1), axis=1)"),
    ],
)
def test_plans(text: str, expected: str, made: Tables) -> None:
    _, found = convert(text, made)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("torch.refused(a, out=b)", "no out="),
        ("torch.lost(a, sparse=True)", "sparse="),
        ("torch.lost(a, True)", "sparse="),
        ("torch.only(a, sparse=True)", "sparse="),
        ("torch.only(a, sparse=n)", "sparse="),
        ("torch.inverted(a, momentum=None)", "momentum=None"),
        ("torch.unused(a, 2)", "other="),
        ("torch.unused(a, other=n)", "other="),
        ("torch.renamed(a, unheard=1)", "do not fit"),
        ("torch.renamed()", "do not fit"),
        ("torch.renamed(a, 1, 2)", "do not fit"),
        ("torch.renamed(a, **kw)", "behind \\* or \\*\\*"),
        ("torch.renamed(*a)", "behind \\* or \\*\\*"),
        ("torch.twice(f(a))", "twice"),
        ("torch.item(a, n)", "literal tuple"),
        ("torch.item(a, (*n, 2))", "literal tuple"),
        ("torch.cases(a, n)", "cannot be told"),
        ("torch.cases(a, 'x')", "no counterpart"),
        ("torch.never(a)", "does not exist"),
        ("torch.unheard(a)", "not in the tables"),
    ],
)
def test_refusals(text: str, reason: str, made: Tables) -> None:
    result, found = convert(text, made)
    assert found == text
    (finding,) = [finding for finding in result.findings if finding.outcome is Outcome.MANUAL]
    assert re.search(reason, finding.message)


def test_notes_reach_the_report(made: Tables) -> None:
    noted, _ = convert("torch.noted(a, True)", made)
    assert "mind it" in noted.findings[0].message
    silent, _ = convert("torch.noted(a, False)", made)
    assert all("mind it" not in finding.message for finding in silent.findings)
