"""Parameters and buffers: two sets in torch, one set with a flag in MindSpore.

What torch's `parameters()`, `buffers()`, `modules()` and their kin return is asked of the same net in both
frameworks: numbers, shapes and order agree, and buffers are not among the parameters.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome
from torch2ms.verify.case import Case, CaseResult, CaseStatus
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases

ALL = frozenset(Outcome)


@functools.cache
def tables() -> Tables:
    return load_tables(())


@functools.cache
def convert(source: str) -> FileResult:
    result = convert_source(source, path="model.py", tables=tables())
    assert result.error is None, result.error
    ast.parse(result.text)
    return result


def outcomes(result: FileResult, torch: str) -> list[Outcome]:
    return [site.outcome for site in result.sites if site.torch == torch]


def codes(result: FileResult, torch: str) -> set[str]:
    return {finding.code for finding in result.findings if finding.torch == torch}


HEAD = """\
import itertools
import os
import tempfile

import numpy as np
import torch
from torch import nn, optim

"""

# Every kind of parameter and buffer but frozen ones.
NET = f"""\
{HEAD}
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.act = nn.ReLU()
        self.register_buffer("calls", torch.zeros(3))

    def forward(self, x):
        return self.act(self.bn(self.conv(x))) + self.calls.sum()


class Net(nn.Module):
    def __init__(self, start=0.0):
        super().__init__()
        self.embed = nn.Embedding(10, 6)
        self.body = nn.Sequential(Block(), nn.Conv2d(4, 4, 1, bias=False))
        self.stages = nn.ModuleList([nn.Conv2d(4, 4, 1, bias=False), nn.BatchNorm2d(4)])
        self.norm = nn.LayerNorm(6)
        self.group = nn.GroupNorm(2, 4)
        self.head = nn.Linear(6, 4, bias=False)
        self.tail = self.head
        self.bn = nn.BatchNorm1d(4)
        self.last = nn.Linear(4, 2)
        self.register_buffer("steps", torch.arange(3) + start)
        self.register_buffer("scratch", torch.ones(2), persistent=False)
        self.register_buffer("nothing", None)
        self.scale = nn.Parameter(torch.ones(4))
        self.shift = nn.parameter.Parameter(data=torch.zeros(4), requires_grad=True)
        self.register_parameter("extra", None)
        self.register_parameter("more", nn.Parameter(torch.ones(3)))
        self.several = nn.ParameterList([nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(5, 1))])
        self.named = nn.ParameterDict({{"w": nn.Parameter(torch.ones(7))}})

    def forward(self, x, ids):
        y = self.body(x)
        for stage in self.stages:
            y = stage(y)
        y = self.group(y).mean((2, 3)) * self.scale + self.shift
        z = self.tail(self.head.weight.sum(0) * self.norm(self.embed(ids)))
        z = (self.bn(z.transpose(1, 2)) ** 2).sum(2)
        total = self.more.sum() + self.several[0].sum() + self.several[1].sum() + self.named["w"].sum()
        return self.last(y + z) * total + self.steps.sum() + self.scratch.sum()
"""

# Buffers, and nothing torch counts that MindSpore does not have.
BUFFERS = f"""\
{HEAD}
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.register_buffer("mask", torch.ones(3, 3))


class Net(nn.Module):
    def __init__(self, start=0.0):
        super().__init__()
        self.part = Part()
        self.again = Part()
        self.register_buffer("ids", torch.arange(4))
        self.register_buffer("steps", torch.arange(3) + start)
        self.register_buffer("counter", torch.zeros(1))
        self.register_buffer("nothing", None)

    def forward(self, x):
        return self.again.fc(self.part.fc(x) @ self.part.mask) * self.steps + self.counter
"""

# Frozen parameters next to buffers and moving statistics.
FROZEN = f"""\
{HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)
        self.register_buffer("steps", torch.ones(3))
        self.fixed = nn.Parameter(torch.ones(4), requires_grad=False)
        self.free = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return self.fc(self.bn(self.conv(x)).mean((2, 3)) * self.fixed + self.free) * self.steps.sum()
"""

QUESTIONS = {
    # numbers of parameters
    "count": "sum(p.numel() for p in net.parameters())",
    "count of a list": "sum([p.nelement() for p in net.parameters()])",
    "count of trainable ones": "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    "count of trainable ones, filter": "sum(p.numel() for p in filter(lambda p: p.requires_grad, net.parameters()))",
    "count of frozen ones": "sum(p.numel() for p in net.parameters() if not p.requires_grad)",
    "count by name": "sum(p.numel() for name, p in net.named_parameters())",
    "count by map": "sum(map(lambda p: p.numel(), net.parameters()))",
    "count by numpy": "int(sum(np.prod(p.size()) for p in net.parameters()))",
    "count by numpy of a shape": "sum(int(np.prod(list(p.shape))) for p in net.parameters() if p.requires_grad)",
    "bytes": "sum(p.nelement() * p.element_size() for p in net.parameters())",
    "count of data": "sum(p.data.numel() for p in net.parameters())",
    "number": "len(list(net.parameters()))",
    "number of names": "len(dict(net.named_parameters()))",
    "number in a part": "len(list(net.body.parameters()))",
    "number in a child of a part": "len(list(net.body[0].parameters()))",
    "number in a layer": "len(list(net.last.parameters()))",
    "number in a list of layers": "len(list(net.stages.parameters()))",
    "number in a ParameterList": "len(list(net.several.parameters())), len(net.several)",
    "own parameters only": "[tuple(p.shape) for p in net.parameters(recurse=False)]",
    "own parameters only, named": "[name for name, p in net.named_parameters(recurse=False)]",
    # shapes
    "shapes": "[tuple(p.shape) for p in net.parameters()]",
    "sizes": "[p.size() for p in net.parameters()]",
    "shapes by name": "[p.shape for _, p in net.named_parameters()]",
    "shapes as a list": "[list(p.shape) for p in list(net.parameters())]",
    "dimensions": "[p.dim() for p in net.parameters()]",
    "first and last": "list(net.parameters())[0].shape, list(net.parameters())[-1].shape",
    "shapes with an index": "[(i, p.shape) for i, p in enumerate(net.parameters())]",
    "depth of names": "[name.count('.') for name, _ in net.named_parameters()]",
    "names of own parameters": "[n for n, p in net.named_parameters() if '.' not in n]",
    "biases": "[tuple(p.shape) for n, p in net.named_parameters() if n.endswith('.bias')]",
    # the first
    "dtype of the first": "next(net.parameters()).dtype",
    "dtype of the first of an iterator": "next(iter(net.parameters())).dtype",
    "shape of the first": "next(net.parameters()).shape",
    "named first": "next(net.named_parameters())[1].shape",
    # identity and flags
    "the same object": "any(p is net.scale for p in net.parameters())",
    "buffers are not among them": "any(p is net.steps for p in net.parameters())",
    "moving statistics are not among them": "any(p is net.bn.running_mean for p in net.parameters())",
    "moving statistics of a part": "any(p is net.body[0].bn.running_mean for p in net.parameters())",
    "shared layer once": "sum(p is net.head.weight for p in net.parameters())",
    "all trainable": "all(p.requires_grad for p in net.parameters())",
    "flags": "[p.requires_grad for p in net.parameters()]",
    "absent parameters": "net.extra is None, net.nothing is None",
    "are parameters": "isinstance(net.scale, nn.Parameter), all(isinstance(p, nn.Parameter) for p in net.parameters())",
    # values
    "sum of squares": "sum(p.pow(2).sum() for p in net.parameters())",
    "largest": "max(p.abs().max().item() for p in net.parameters())",
    "vector": "nn.utils.parameters_to_vector(net.parameters())",
    "joined": "torch.cat([p.reshape(-1) for p in net.parameters()])",
    "joined data": "torch.cat([p.data.view(-1) for p in net.parameters()])",
    "pairs of two nets": "sum(((p - q) ** 2).sum() for p, q in zip(net.parameters(), net.parameters()))",
    # modules
    "number of modules": "len(list(net.modules()))",
    "names of modules": "[name for name, _ in net.named_modules()]",
    "number of children": "len(list(net.children()))",
    "names of children": "[name for name, _ in net.named_children()]",
    "modules of a class": "sum(isinstance(m, nn.Conv2d) for m in net.modules())",
    "modules of a class, named": "[n for n, m in net.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear))]",
    "parameters of the modules": "[len(list(m.parameters())) for m in net.modules()]",
    "own parameters of the modules": "[len(list(m.parameters(recurse=False))) for m in net.modules()]",
    "parameters of the children": "[(n, sum(p.numel() for p in c.parameters())) for n, c in net.named_children()]",
    "floating": "all(p.is_floating_point() for p in net.parameters())",
    "by identity": (
        "len([p for p in net.parameters() if id(p) not in list(map(id, net.last.parameters()))]), "
        "len(set(map(id, net.parameters())))"
    ),
    "chained": "len(list(itertools.chain(net.body.parameters(), net.last.parameters())))",
    "added lists": "len(list(net.body.parameters()) + list(net.last.parameters()))",
    # optimizers
    "optimizer of chained ones": (
        "[len(g['params']) for g in "
        "optim.SGD(itertools.chain(net.body.parameters(), net.last.parameters()), lr=0.1).param_groups]"
    ),
    "optimizer of the others": (
        "[len(g['params']) for g in optim.SGD([{'params': filter(lambda p: id(p) not in "
        "list(map(id, net.last.parameters())), net.parameters())}, "
        "{'params': net.last.parameters(), 'lr': 0.5}], lr=0.25).param_groups]"
    ),
    "optimizer of named ones": (
        "[len(g['params']) for g in optim.SGD([{'params': [p for n, p in net.named_parameters() if 'body' in n]}, "
        "{'params': [p for n, p in net.named_parameters() if 'body' not in n]}], lr=0.25).param_groups]"
    ),
    "optimizer": "[len(g['params']) for g in optim.SGD(net.parameters(), lr=0.1).param_groups]",
    "optimizer of a list": "[len(g['params']) for g in optim.SGD(list(net.parameters()), lr=0.1).param_groups]",
    "optimizer of groups": (
        "[(len(g['params']), float(g['lr'])) for g in optim.SGD([{'params': net.body.parameters()}, "
        "{'params': net.last.parameters(), 'lr': 0.5}], lr=0.25).param_groups]"
    ),
    "optimizer of groups by dimension": (
        "[len(g['params']) for g in optim.AdamW([{'params': [p for p in net.parameters() if p.ndim > 1]}, "
        "{'params': [p for p in net.parameters() if p.ndim <= 1], 'weight_decay': 0.0}], lr=0.1).param_groups]"
    ),
}
BUFFER_QUESTIONS = {
    "number of buffers": "len(list(net.buffers()))",
    "shapes of buffers": "[tuple(b.shape) for b in net.buffers()]",
    "names of buffers": "[name for name, _ in net.named_buffers()]",
    "buffers by name": "{name: tuple(b.shape) for name, b in net.named_buffers()}",
    "values of buffers": "[b for b in net.buffers()]",
    "first buffer": "next(net.buffers()).shape",
    "buffers of a part": "[name for name, b in net.part.named_buffers()], len(list(net.part.buffers()))",
    "own buffers only": "[tuple(b.shape) for b in net.buffers(recurse=False)]",
    "dtype of the first parameter": "next(net.parameters()).dtype",
    "parameters beside buffers": "[name for name, _ in net.named_parameters()]",
    "number in the state dict": "len(net.state_dict())",
    "keys of the state dict": "sorted(net.state_dict().keys())",
    "shapes of the state dict": "sorted((k, tuple(v.shape)) for k, v in net.state_dict().items())",
}
FROZEN_QUESTIONS = {
    "count with a frozen one": "sum(p.numel() for p in net.parameters())",
    "count without the frozen one": "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    "count of the frozen one": "sum(p.numel() for p in net.parameters() if not p.requires_grad)",
    "own ones with a frozen one": "[p.shape for p in net.parameters(recurse=False)]",
    "own names with a frozen one": "[n for n, p in net.named_parameters(recurse=False)]",
    "first with a frozen one": "next(net.parameters()).shape, next(net.named_parameters())[0]",
    "kind with a frozen one": "type(net.parameters()).__name__",
    "number with a frozen one": "len(list(net.parameters()))",
    "shapes with a frozen one": "[tuple(p.shape) for p in net.parameters()]",
    "named with a frozen one": "[tuple(p.shape) for name, p in net.named_parameters()]",
    "flags with a frozen one": "[p.requires_grad for p in net.parameters()]",
    "filtered names": "[tuple(p.shape) for n, p in net.named_parameters() if p.requires_grad]",
    "flag of a frozen one": "net.fixed.requires_grad, net.free.requires_grad",
    "buffers beside a frozen one": "[name for name, _ in net.named_buffers() if 'step' in name]",
    "optimizer without the frozen one": (
        "[len(g['params']) for g in "
        "optim.SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1).param_groups]"
    ),
}
PROCEDURES = {
    "freeze everything": (
        "for p in net.parameters():\n        p.requires_grad = False",
        "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    ),
    "freeze by requires_grad_": (
        "for p in net.conv.parameters():\n        p.requires_grad_(False)",
        "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    ),
    "freeze a module": (
        "net.bn.requires_grad_(False)",
        "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    ),
    "freeze by name": (
        "for name, p in net.named_parameters():\n        if 'fc' not in name:\n            p.requires_grad = False",
        "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    ),
    "freeze, then thaw a part": (
        "for p in net.parameters():\n        p.requires_grad = False\n"
        "    for p in net.bn.parameters():\n        p.requires_grad = True",
        "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    ),
    "total after freezing": (
        "for p in net.conv.parameters():\n        p.requires_grad = False",
        "sum(p.numel() for p in net.parameters())",
    ),
    "frozen ones after freezing": (
        "for p in net.conv.parameters():\n        p.requires_grad = False",
        "[tuple(p.shape) for p in net.parameters() if not p.requires_grad]",
    ),
    "thaw a module": (
        "net.requires_grad_(False)\n    net.fc.requires_grad_()\n    net.bn.requires_grad_(True)",
        "[(tuple(p.shape), p.requires_grad) for p in net.parameters()], [b.requires_grad for b in net.buffers()][:1]",
    ),
    "thaw by name": (
        "net.requires_grad_(False)\n    for n, p in net.named_parameters():\n        p.requires_grad = 'bn' in n",
        "[tuple(p.shape) for p in net.parameters() if p.requires_grad]",
    ),
    "thaw one": (
        "net.free.requires_grad = False\n    net.fixed.requires_grad_()",
        "[p.requires_grad for p in net.parameters()]",
    ),
    "flags by a variable": (
        "flag = False\n    for p in net.bn.parameters():\n        p.requires_grad = flag",
        "[p.requires_grad for p in net.parameters()]",
    ),
}
CHANGES = {
    "fill": "for p in net.parameters():\n        p.data.fill_(0.5)",
    "zero": "for p in net.parameters():\n        p.data.zero_()",
    "scale": "for p in net.parameters():\n        p.data.mul_(0.5)",
    "assign data": "for p in net.parameters():\n        p.data = p.data * 2 + 1",
    "copy": "for p in net.parameters():\n        p.data.copy_(torch.ones_like(p))",
    "without gradient": (
        "with torch.no_grad():\n        for p in net.parameters():\n            p.add_(1.0)\n            p.mul_(2.0)"
    ),
    "augmented": "with torch.no_grad():\n        for p in net.parameters():\n            p *= 0.5\n            p -= 1",
    "initialise": "for p in net.parameters():\n        nn.init.constant_(p, 0.25)",
    "initialise by dimension": (
        "for p in net.parameters():\n        if p.dim() > 1:\n            nn.init.ones_(p)\n"
        "        else:\n            nn.init.zeros_(p)"
    ),
    "average of two nets": (
        "other = Net()\n    other.load_state_dict(net.state_dict())\n    for p in other.parameters():\n"
        "        p.data.add_(1)\n    for p, q in zip(net.parameters(), other.parameters()):\n"
        "        p.data.mul_(0.75).add_(q.data, alpha=0.25)"
    ),
    "copy by name": (
        "other = Net()\n    for p in other.parameters():\n        nn.init.ones_(p)\n"
        "    mine = dict(net.named_parameters())\n    for n, p in other.named_parameters():\n"
        "        mine[n].data.copy_(p.data)"
    ),
    "every module": (
        "def clear(m):\n        for p in m.parameters(recurse=False):\n            nn.init.zeros_(p)\n"
        "    net.apply(clear)"
    ),
    "modules by class": (
        "for m in net.modules():\n        if isinstance(m, nn.BatchNorm2d):\n"
        "            nn.init.constant_(m.weight, 2.0)\n"
        "        elif isinstance(m, nn.Linear):\n            nn.init.ones_(m.weight)"
    ),
}
CHECKPOINTS = {
    "state dict": "torch.save(net.state_dict(), path)\n    fresh.load_state_dict(torch.load(path))",
    "another suffix": (
        "path = path.replace('.ckpt', '.pth')\n    torch.save(net.state_dict(), path)\n"
        "    fresh.load_state_dict(torch.load(path))"
    ),
    "without a file": "fresh.load_state_dict(net.state_dict())",
}


def asking(net: str, expression: str) -> str:
    return f"{net}\n\ndef example(net: Net):\n    return {expression}\n"


def doing(net: str, statements: str, expression: str) -> str:
    return f"{net}\n\ndef example(net: Net):\n    {statements}\n    return {expression}\n"


def restoring(net: str, statements: str, expression: str) -> str:
    path = 'path = os.path.join(tempfile.mkdtemp(), "net.ckpt")'
    return doing(net, f"{path}\n    fresh = Net()\n    {statements}", expression)


def question_cases() -> list[Case]:
    cases = [
        Case(
            "net",
            NET,
            build="Net()",
            inputs=(("x", parse_input("f32[2,3,6,6]")), ("ids", parse_input("i64[2,5]<10"))),
            steps=3,
            rate=0.001,
        ),
        Case("buffers", BUFFERS, build="Net(2.0)", inputs=(("x", parse_input("f32[2,3]")),), steps=3),
        Case("frozen", FROZEN, build="Net()", inputs=(("x", parse_input("f32[2,3,6,6]")),), steps=3),
    ]
    for net, build, questions in (
        (NET, "Net()", QUESTIONS),
        (BUFFERS, "Net(2.0)", BUFFER_QUESTIONS),
        (FROZEN, "Net()", FROZEN_QUESTIONS),
    ):
        cases += [
            Case(name, asking(net, text), build=build, entry="example", allowed=ALL) for name, text in questions.items()
        ]
    cases += [
        Case(name, doing(FROZEN, statements, text), build="Net()", entry="example", allowed=ALL)
        for name, (statements, text) in PROCEDURES.items()
    ]
    cases += [
        Case(
            f"change: {name}",
            doing(NET, statements, "[p for p in net.parameters()], net.steps, net.bn.running_var"),
            build="Net()",
            entry="example",
            allowed=ALL,
        )
        for name, statements in CHANGES.items()
    ]
    for name, statements in CHECKPOINTS.items():
        values = "fresh.steps, fresh.counter, fresh.part.mask, [p for p in fresh.parameters()]"
        source = restoring(BUFFERS, statements, values)
        cases.append(Case(f"checkpoint: {name}", source, build="Net(2.0)", entry="example", allowed=ALL))
        values = "fresh.steps, fresh.bn.running_mean, fresh.bn.running_var, fresh.scale, fresh.last.weight"
        source = restoring(NET, statements, values)
        cases.append(Case(f"checkpoint with norms: {name}", source, build="Net(2.0)", entry="example", allowed=ALL))
    return cases


CASES = question_cases()


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected cases, run together."""
    cases = [case for case in CASES if case.name in collected_names]
    return {result.name: result for result in run_cases(cases, converter=Converter(tables()))}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_both_frameworks_answer_the_same(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    assert result.status is CaseStatus.OK, f"{result.message}\n{result.converted.rpartition('def example')[2]}"


def test_every_question_is_a_case_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_asked_of_parameters_and_modules_is_converted(name: str) -> None:
    result = convert(asking(NET, QUESTIONS[name]))
    assert not [site.torch for site in result.sites if site.outcome in (Outcome.MANUAL, Outcome.UNKNOWN)]


# ------------------------------------------------------------------ what the output says


def test_a_parameter_is_written_without_a_name_or_settings_of_parallelism() -> None:
    for net in (NET, BUFFERS, FROZEN):
        text = convert(net).text
        calls = [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Parameter"
        ]
        assert calls
        for call in calls:
            assert {keyword.arg for keyword in call.keywords} <= {"default_input", "requires_grad"}
        for word in ("layerwise_parallel", "parallel_optimizer", "name="):
            assert word not in text


def test_buffers_become_parameters_that_are_not_trained() -> None:
    text = convert(NET).text
    assert "self.calls = Parameter(ops.zeros((3,)), requires_grad=False)" in text
    assert "self.nothing = None" in text
    assert "self.extra = None" in text
    assert "register_buffer" not in text
    # Not saved in torch either: a plain Tensor.
    assert "self.scratch = ops.ones((2,))" in text


def test_a_parameter_that_is_not_trained_gets_a_note() -> None:
    result = convert(FROZEN)
    assert "self.fixed = Parameter(ops.ones((4,)), requires_grad=False)" in result.text
    assert outcomes(result, "torch.nn.Parameter") == [Outcome.ADAPTED, Outcome.CONVERTED]
    assert codes(result, "torch.nn.Parameter") == {"T2M307"}
    note = next(finding for finding in result.findings if finding.torch == "torch.nn.Parameter")
    assert "trainable_params()" in note.message and "gradient" in note.message


def test_requires_grad_by_position_becomes_a_keyword() -> None:
    text = convert("import torch\n\np = torch.nn.Parameter(torch.ones(2), False)\n").text
    assert "Parameter(ops.ones((2,)), requires_grad=False)" in text


def test_a_parameter_without_data_is_left() -> None:
    result = convert("import torch\n\np = torch.nn.Parameter()\n")
    assert outcomes(result, "torch.nn.Parameter") == [Outcome.MANUAL]


def test_freezing_loops_take_all_parameters_and_say_what_it_means() -> None:
    result = convert(doing(FROZEN, *PROCEDURES["freeze everything"]))
    assert "for p in net.get_parameters():\n        p.requires_grad = False" in result.text
    assert "T2M307" in codes(result, "torch.nn.Module.parameters")


def test_buffers_of_norm_layers_are_not_claimed_to_be_the_same_set() -> None:
    for expression in ("len(list(net.buffers()))", "[n for n, b in net.named_buffers()]"):
        result = convert(asking(NET, expression))
        (outcome,) = outcomes(result, f"torch.nn.Module.{'buffers' if '.buffers' in expression else 'named_buffers'}")
        assert outcome is Outcome.CHECK
        assert any("num_batches_tracked" in finding.message for finding in result.findings)


def test_keys_of_a_state_dict_are_to_be_checked() -> None:
    result = convert(asking(NET, "net.state_dict().keys()"))
    assert outcomes(result, "torch.nn.Module.state_dict") == [Outcome.CHECK]
    assert codes(result, "torch.nn.Module.state_dict") == {"T2M602"}


def test_a_filter_that_leaves_buffers_out_is_not_repeated() -> None:
    text = convert(asking(NET, QUESTIONS["count of trainable ones, filter"])).text
    assert "filter(" not in text
    assert "net.trainable_params()" in text


def test_names_that_are_compared_know_what_the_layers_call_them() -> None:
    result = convert(asking(NET, "[p for n, p in net.named_parameters() if 'bias' not in n]"))
    assert """if not ("bias" in n or n.split(".")[-1] == "beta")]""" in result.text
    assert outcomes(result, "torch.nn.Module.named_parameters") == [Outcome.ADAPTED]
    assert codes(result, "torch.nn.Module.named_parameters") == {"T2M306"}


def test_a_saved_object_that_is_no_net_is_left() -> None:
    result = convert(doing(NET, "state = net.state_dict()\n    torch.save({'net': state}, 'a.pth')", "0"))
    assert outcomes(result, "torch.save") == [Outcome.MANUAL]
    assert codes(result, "torch.save") == {"T2M601"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("path", "checkpoint_path(path)"),
        ("'net.pth'", "'net.ckpt'"),
        ('"net.pt"', '"net.ckpt"'),
        ("'net.ckpt'", "'net.ckpt'"),
        ("os.path.join('runs', 'net.pth')", "os.path.join('runs', 'net.ckpt')"),
        ("path + '.pth.tar'", "path + '.ckpt'"),
        ("f'{path}/net.pth'", "checkpoint_path(f'{path}/net.pth')"),
    ],
)
def test_a_saved_state_dict_becomes_a_checkpoint(path: str, expected: str) -> None:
    statements = f"torch.save(net.state_dict(), {path})\n    net.load_state_dict(torch.load({path}))"
    result = convert(f"{NET}\n\ndef example(net: Net, path: str):\n    {statements}\n")
    assert f"ms.save_checkpoint(net, {expected})" in result.text
    assert f"ms.load_param_into_net(net, ms.load_checkpoint({expected}))" in result.text
    assert outcomes(result, "torch.save") == outcomes(result, "torch.load") == [Outcome.ADAPTED]


def test_a_state_dict_saved_to_an_open_file_is_left() -> None:
    statements = "with open('a.pth', 'wb') as file:\n        torch.save(net.state_dict(), file)"
    result = convert(doing(NET, statements, "0"))
    assert outcomes(result, "torch.save") == [Outcome.MANUAL]


# ------------------------------------------------------------------ what programs print

PAGE = """\
import torch.nn as nn

class ConvBN(nn.Module):
  def __init__(self):
    super(ConvBN, self).__init__()
    self.conv = nn.Conv2d(3, 64, 3)
    self.bn = nn.BatchNorm2d(64)
  def forward(self, x):
    x = self.conv(x)
    x = self.bn(x)
    return x

class MyNet(nn.Module):
  def __init__(self):
    super(MyNet, self).__init__()
    self.build_block = nn.Sequential(ConvBN(), nn.ReLU())
  def {method}(self, x):
    return self.build_block(x)

# The following implements torch.nn.Module.parameters() with torch.
net = MyNet()
print(type(net.parameters()), "\\n")
for name, params in net.named_parameters():
  print("Name: ", name)
  print("params: ", params.size())
"""
PAGE_PRINTED = """\
<class 'generator'>

Name:  build_block.0.conv.weight
params:  (64, 3, 3, 3)
Name:  build_block.0.conv.bias
params:  (64,)
Name:  build_block.0.bn.gamma
params:  (64,)
Name:  build_block.0.bn.beta
params:  (64,)
"""
PARAMETER_PAGE = """\
import numpy as np
import torch
b = torch.nn.parameter.Parameter(torch.tensor(np.ones((1, 2), dtype=np.float32)))
print(b.data)
"""
PRINTING = """\
import torch
from torch import nn

p = nn.Parameter(torch.tensor([[1.5, 2.5]]))
print(p)
print("p:", p, p.shape)
print(f"{p} and {p.data}")
print("{} {}".format("p", p))
print("%s" % p)
print(str(p), repr(p))
print(p.requires_grad, p.dtype, p.tolist(), p.detach().numpy())
print(isinstance(p, nn.Parameter), isinstance(p, torch.Tensor))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([3.5]))
        self.register_buffer("offset", torch.tensor([4.5]))


net = Net()
print(net.scale)
print(net.offset)
for p in net.parameters():
    print(p)
for name, p in net.named_parameters():
    print(name, p)
for b in net.buffers():
    print(b)
print([name for name, _ in net.named_parameters()], len(list(net.parameters())))
"""
NAMES = """\
import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Inner()
        self.blocks = nn.ModuleList([Inner(), Inner()])
        self.body = nn.Sequential(Inner(), nn.Sequential(Inner()))
        self.heads = nn.ModuleDict({"a": Inner()})
        self.scale = nn.Parameter(torch.ones(3))
        self.several = nn.ParameterList([nn.Parameter(torch.ones(1)) for _ in range(2)])
        self.named = nn.ParameterDict({"w": nn.Parameter(torch.ones(4))})
        self.register_buffer("steps", torch.zeros(1))
        self.register_parameter("late", nn.Parameter(torch.ones(5)))


net = Net()
for name, p in net.named_parameters():
    print(name, tuple(p.shape))
for name, b in net.named_buffers():
    print(name, tuple(b.shape))
for name, _ in net.named_modules():
    print(repr(name))
"""
PROGRAMS = {
    "page": PAGE.format(method="construct"),
    "page, corrected": PAGE.format(method="forward"),
    "parameter page": PARAMETER_PAGE,
    "printing": PRINTING,
    "names": NAMES,
}
# Runs each program of a JSON object and prints a JSON object of what they print.
DRIVER = """\
import contextlib, io, json, sys, traceback
printed = {}
for name, text in json.load(sys.stdin).items():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(text, name, "exec"), {"__name__": "__main__"})
        except Exception:
            print(traceback.format_exc())
    printed[name] = out.getvalue()
print("@" + json.dumps(printed))
"""


def printed_by(programs: Mapping[str, str]) -> Mapping[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps(programs),
        capture_output=True,
        env=os.environ | {"GLOG_v": "3", "PYTHONWARNINGS": "ignore"},
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: Mapping[str, str] = json.loads(done.stdout.rpartition("@")[2])
    return found


@pytest.fixture(scope="module")
def printed(frameworks: None) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the programs print in torch, and their conversions in MindSpore."""
    return printed_by(PROGRAMS), printed_by({name: convert(text).text for name, text in PROGRAMS.items()})


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+\.\d*", text)]


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["page", "page, corrected"])
def test_the_page_about_parameters_prints_what_it_should(
    name: str, printed: tuple[Mapping[str, str], Mapping[str, str]]
) -> None:
    torch, mindspore = ("\n".join(line.rstrip() for line in side[name].splitlines()) for side in printed)
    assert mindspore + "\n" == PAGE_PRINTED
    sizes = re.sub(r"torch\.Size\(\[(.*)\]\)", r"(\1)", torch).replace("(64)", "(64,)")
    assert sizes.replace("bn.weight", "bn.gamma").replace("bn.bias", "bn.beta") == mindspore


@pytest.mark.frameworks
def test_the_page_about_parameter_prints_its_values(printed: tuple[Mapping[str, str], Mapping[str, str]]) -> None:
    torch, mindspore = (side["parameter page"] for side in printed)
    assert torch == "tensor([[1., 1.]])\n"
    assert mindspore == "[[1. 1.]]\n"


@pytest.mark.frameworks
def test_parameters_are_printed_with_their_values(printed: tuple[Mapping[str, str], Mapping[str, str]]) -> None:
    torch, mindspore = (side["printing"] for side in printed)
    assert "Traceback" not in mindspore, mindspore
    assert "Parameter (name=" not in mindspore
    assert numbers(mindspore) == numbers(torch)


@pytest.mark.frameworks
def test_an_unnamed_parameter_takes_the_path_of_its_attribute(
    printed: tuple[Mapping[str, str], Mapping[str, str]],
) -> None:
    torch, mindspore = (side["names"] for side in printed)
    assert mindspore == torch
