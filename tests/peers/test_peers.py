"""Failures that converters of this kind are known for. None of them occurs here.

Each test is named for one failure. What is about numbers also runs in both frameworks, all of it in one batch.
"""

from __future__ import annotations

import ast
import builtins
import functools
import io
import json
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome
from torch2ms.verify.case import Case, CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases

CONVERTED = {Outcome.CONVERTED, Outcome.ADAPTED}


@functools.cache
def tables() -> Tables:
    return load_tables(())


@functools.cache
def convert(source: str) -> FileResult:
    """Convert; whatever the source, the output parses and the outcomes sum to the sites."""
    result = convert_source(source, path="model.py", tables=tables())
    assert result.error is None, result.error
    ast.parse(result.text)
    assert sum(result.count(outcome) for outcome in Outcome) == len(result.sites)
    return result


def outcomes(result: FileResult, torch: str) -> list[Outcome]:
    """The outcomes of the sites of one torch name, in source order."""
    return [site.outcome for site in result.sites if site.torch == torch]


def codes(result: FileResult, torch: str) -> set[str]:
    return {finding.code for finding in result.findings if finding.torch == torch}


def unbound(text: str) -> set[str]:
    """Names that are read but bound nowhere in the text."""
    bound, read = set(dir(builtins)) | {"__file__"}, set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound |= {alias.asname or alias.name.partition(".")[0] for alias in names}
            case ast.ExceptHandler(name=str(name)):
                bound.add(name)
    return read - bound


# ------------------------------------------------------------------ parentheses

PARENTHESES = """\
from torch import nn


class Net(nn.Module):
    def __init__(self, k, a, b, c):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, k, padding=(k - 1) // 2, bias=False)
        self.fc = nn.Linear((a + b) * c, 4)
        self.drop = nn.Dropout(p=1-(a-b))
        self.norm = nn.BatchNorm2d(4, momentum=(a - b) / 4 - 0.1)
        self.negative = nn.BatchNorm2d(4, momentum=a - b - 0.5)

    def forward(self, x, y):
        x = self.negative(self.norm(self.conv(x)))
        return self.drop(x), self.fc(y)
"""


def test_parentheses_of_an_argument_are_not_lost_inside_a_template() -> None:
    result = convert(PARENTHESES)
    assert result.clean
    text = result.text.replace(" ", "")
    assert "padding=(k-1)//2" in text
    assert "nn.Dense((a+b)*c,4)" in text
    assert "nn.Dropout(p=1-(a-b))" in text
    assert "momentum=1-((a-b)/4-0.1)" in text
    assert "momentum=1-(a-b-0.5)" in text


# ------------------------------------------------------------------ pools

POOLS = """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.max = nn.MaxPool2d(3, 2, padding=1)
        self.max_positional = nn.MaxPool2d(3, 2, 1)
        self.avg = nn.AvgPool2d(3, 2, 1)
        self.avg_keyword = nn.AvgPool2d(3, 2, padding=1)
        self.avg_inside = nn.AvgPool2d(3, 2, 1, count_include_pad=False)

    def forward(self, x):
        x = -x
        modules = self.max(x), self.max_positional(x), self.avg(x), self.avg_keyword(x), self.avg_inside(x)
        functions = F.max_pool2d(x, 3, 2, 1), F.avg_pool2d(x, 3, 2, 1), F.max_pool2d(x, 2)
        return modules, functions
"""


def test_padding_of_a_pool_does_not_become_same() -> None:
    result = convert(POOLS)
    assert result.clean
    assert "same" not in result.text.lower()
    for call in ("nn.MaxPool2d", "nn.AvgPool2d"):
        assert f"{call}(3, 2, pad_mode='pad', padding=1" in result.text


# ------------------------------------------------------------------ flatten

FLATTEN = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Flatten(2)
        self.flat_default = nn.Flatten()
        self.flat_middle = nn.Flatten(1, 2)

    def forward(self, x):
        functions = torch.flatten(x, 2), torch.flatten(x), torch.flatten(x, 1), torch.flatten(x, start_dim=1, end_dim=2)
        methods = x.flatten(2), x.flatten(), x.flatten(1, -2)
        return functions, methods, self.flat(x), self.flat_default(x), self.flat_middle(x)
"""


def test_flatten_starts_where_it_was_told_to() -> None:
    result = convert(FLATTEN)
    assert result.clean
    assert "start_dim=2" in result.text
    assert outcomes(result, "torch.flatten")


# ------------------------------------------------------------------ reductions

REDUCTIONS = """\
import torch


def example(x: torch.Tensor):
    keep = x.mean(dim=(2, 3), keepdim=True), x.mean((2, 3), True), torch.mean(x, dim=(2, 3), keepdim=True)
    drop = x.mean(dim=(2, 3)), x.mean(1), x.mean(-1, keepdim=True), x.mean()
    others = x.sum(dim=(2, 3), keepdim=True), x.amax(dim=(2, 3), keepdim=True), x.std(dim=(2, 3), keepdim=True)
    return keep, drop, others, x.var(dim=(2, 3), unbiased=False, keepdim=True), x.logsumexp(dim=(2, 3), keepdim=True)
"""


def test_dims_and_keepdim_are_bound_to_their_own_parameters() -> None:
    result = convert(REDUCTIONS)
    assert result.clean


# ------------------------------------------------------------------ norm layers

LAYER_NORM = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(16)
        self.pair = nn.LayerNorm((4, 16))
        self.tight = nn.LayerNorm(16, eps=1e-2)

    def forward(self, x):
        return self.tight(self.pair(self.norm(x)) * x)
"""
CUMULATIVE = """\
from torch import nn


def make(channels):
    return nn.BatchNorm2d(channels, momentum=None), nn.BatchNorm1d(4, momentum=None)
"""


def test_layer_norm_of_an_int_gets_a_tuple() -> None:
    result = convert(LAYER_NORM)
    assert result.clean
    assert "nn.LayerNorm((16,), epsilon=1e-5)" in result.text


def test_momentum_none_is_not_subtracted_from_one() -> None:
    result = convert(CUMULATIVE)
    assert "- None" not in result.text
    for name in ("torch.nn.BatchNorm2d", "torch.nn.BatchNorm1d"):
        assert outcomes(result, name) == [Outcome.CONVERTED]
    assert "CountingBatchNorm2d(" in result.text
    assert "momentum=None" in result.text
    assert not unbound(result.text)


# ------------------------------------------------------------------ imports and their uses

PARTLY = """\
import torch
import torch.nn.functional as F


def f(x: torch.Tensor):
    y = torch.relu(F.relu(x)) + torch.no_such_function(x)
    return F.no_such_function(y)
"""


def test_imports_stay_as_long_as_a_use_remains() -> None:
    result = convert(PARTLY)
    assert "torch.no_such_function(x)" in result.text
    assert "F.no_such_function(y)" in result.text
    assert "import torch\n" in result.text
    assert "import torch.nn.functional as F\n" in result.text
    assert not unbound(result.text)
    assert [f.code for f in result.findings if not f.torch] == ["T2M102", "T2M102"]


# ------------------------------------------------------------------ crashes

SLICES = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            # the stem
            nn.Conv2d(3, 4, 3),  # no padding

            nn.ReLU(inplace=True),  # in place
            # the end
        )

    def forward(self, x):
        x = self.body(x)
        d = x.shape[1] // 2
        return torch.cat([x[:, :d], -x[:, d:], x[..., None].squeeze(-1)], dim=1)
"""


def test_slices_in_a_list_and_comments_in_a_call_do_not_crash() -> None:
    result = convert(SLICES)
    assert result.clean
    comments = ["# the stem", "# no padding", "# in place", "# the end"]
    places = [result.text.index(comment) for comment in comments]
    assert places == sorted(places)
    assert "ops.cat([x[:, :d], -x[:, d:]," in result.text


# ------------------------------------------------------------------ aliases

ALIAS = """\
import torch as t
import torch.nn.functional as f
from torch import nn as layers


class Net(layers.Module):
    def __init__(self):
        super().__init__()
        self.fc = layers.Linear(4, 4)

    def forward(self, x):
        return t.cat([f.relu(self.fc(x)), t.tanh(x)], dim=-1).to(t.float32)
"""


def test_every_use_of_an_import_under_another_name_is_converted() -> None:
    result = convert(ALIAS)
    assert result.clean
    assert "torch" not in result.text
    assert not unbound(result.text)


def test_an_import_under_another_name_stays_with_a_use_that_stays() -> None:
    result = convert("import torch as t\n\n\ndef f(x: t.Tensor):\n    return t.relu(t.no_such_function(x))\n")
    assert "import torch as t\n" in result.text
    assert "ops.relu(t.no_such_function(x))" in result.text
    assert not unbound(result.text)


# ------------------------------------------------------------------ receivers

RECEIVERS = """\
import torch


class Config:
    def max(self, limit):
        return limit + 1

    def view(self, *shape):
        return shape


def example(x: torch.Tensor):
    lst = [3, 1, 2]
    lst.sort()
    table = {"a": 1}
    table.clear()
    config = Config()
    text = "a-b".split("-")
    return x.max(1), lst, table, config.max(3), config.view(2, 3), text, "{}".format(3), [1, 1].index(1)
"""


def test_methods_of_lists_dicts_and_strings_are_not_tensor_methods() -> None:
    result = convert(RECEIVERS)
    assert result.clean
    for call in ("lst.sort()", "table.clear()", "config.max(3)", "config.view(2, 3)", '"a-b".split("-")'):
        assert call in result.text
    assert [site.torch for site in result.sites] == ["torch.Tensor", "torch.Tensor.max"]


def test_a_method_of_an_unknown_object_is_left_and_counted_as_unknown() -> None:
    result = convert("import torch\n\n\ndef peak(cfg):\n    return cfg.max(3)\n\n\ny = torch.relu(torch.ones(2))\n")
    assert "return cfg.max(3)" in result.text
    assert outcomes(result, "torch.Tensor.max") == [Outcome.UNKNOWN]
    assert codes(result, "torch.Tensor.max") == {"T2M304"}
    assert not result.clean


# ------------------------------------------------------------------ class names in strings

CLASS_NAMES = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.norm(self.conv(x)).mean((2, 3)))


def branch(m: nn.Module):
    classname = m.__class__.__name__
    if classname.find("BatchNorm2d") != -1:
        return "norm"
    elif classname.find("Linear") != -1:
        return "linear"
    elif classname.find("Conv") != -1:
        return "conv"
    return ""


def example(net: nn.Module):
    return [branch(net.conv), branch(net.norm), branch(net.fc)]
"""


def test_a_class_name_in_a_string_still_matches_the_renamed_class() -> None:
    result = convert(CLASS_NAMES)
    assert not any(site.outcome is Outcome.MANUAL for site in result.sites)
    assert "Dense" in result.text.partition("def branch")[2]


# ------------------------------------------------------------------ dynamic access

DYNAMIC = """\
import torch as t


def f(x: t.Tensor, name):
    y = t.relu(x)
    return getattr(t, "tanh")(y) + getattr(t, name)(y)
"""


def test_dynamic_access_does_not_outlive_its_import() -> None:
    result = convert(DYNAMIC)
    assert "getattr(t, name)" in result.text
    assert "import torch as t\n" in result.text
    assert not unbound(result.text)
    assert not result.clean


def test_dynamic_access_by_a_computed_name_has_a_code_of_its_own() -> None:
    result = convert(DYNAMIC)
    assert "T2M104" in {finding.code for finding in result.findings}


# ------------------------------------------------------------------ optimizers and schedulers

SCHEDULES = """\
import torch
from torch import nn, optim
from torch.optim.lr_scheduler import MultiStepLR, StepLR


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


def example(net):
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    rates = []
    for _ in range(5):
        scheduler.step()
        rates.append(float(scheduler.get_last_lr()[0]))
    other = MultiStepLR(optim.Adam(net.parameters(), lr=0.2), [1, 3])
    for _ in range(4):
        other.step()
        rates.append(float(other.get_last_lr()[0]))
    return rates
"""
LEFT_OPTIMIZERS = {
    "no counterpart": "torch.optim.LBFGS(net.parameters())",
    "argument": "torch.optim.SGD(net.parameters(), lr=0.1, differentiable=True)",
}
LEFT_OPTIMIZER = """\
import torch
from torch import nn


def make(net: nn.Module):
    optimizer = {optimizer}
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    return optimizer, scheduler
"""


def test_optimizer_and_scheduler_are_converted_together() -> None:
    result = convert(SCHEDULES)
    assert "torch" not in result.text
    for name in ("torch.optim.SGD", "torch.optim.lr_scheduler.StepLR", "torch.optim.lr_scheduler.MultiStepLR"):
        assert outcomes(result, name) == [Outcome.CONVERTED]


@pytest.mark.parametrize("optimizer", LEFT_OPTIMIZERS.values(), ids=LEFT_OPTIMIZERS)
def test_no_scheduler_is_converted_without_its_optimizer(optimizer: str) -> None:
    result = convert(LEFT_OPTIMIZER.format(optimizer=optimizer))
    assert "optimizer = torch.optim." in result.text
    assert "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)" in result.text
    assert outcomes(result, "torch.optim.lr_scheduler.StepLR") == [Outcome.MANUAL]


# ------------------------------------------------------------------ keywords that cannot be seen

KEYWORDS = """\
from torch import nn
from torch.optim import AdamW
from torch.utils.data import DataLoader


def make(net: nn.Module, dataset, loader, options):
    return DataLoader(dataset, batch_size=4, **loader), AdamW(net.parameters(), **options), AdamW(**options)
"""


@pytest.mark.parametrize("name", ["torch.utils.data.DataLoader", "torch.optim.AdamW"])
def test_keywords_passed_on_do_not_make_a_call_refused(name: str) -> None:
    result = convert(KEYWORDS)
    assert outcomes(result, name)
    assert set(outcomes(result, name)) <= CONVERTED | {Outcome.CHECK}
    assert "**loader" in result.text
    assert result.text.count("**options") == 2


def test_no_argument_given_beside_passed_on_keywords_is_lost() -> None:
    assert "batch_size=4" in convert(KEYWORDS).text


# ------------------------------------------------------------------ a package's own name

OWN_PACKAGE = {
    "timm/__init__.py": "from timm.layers import Mlp\nfrom timm.models import Net\n",
    "timm/layers/__init__.py": "from timm.layers.mlp import Mlp\n",
    "timm/layers/mlp.py": """\
from torch import nn


class Mlp(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc = nn.Linear(size, size)

    def forward(self, x):
        return self.fc(x)
""",
    "timm/models.py": """\
import torch
from torch import nn

from timm.layers import Mlp
from .layers import mlp


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = Mlp(4), mlp.Mlp(4)

    def forward(self, x):
        return torch.relu(self.b(self.a(x)))
""",
}


# ------------------------------------------------------------------ guarded imports

GUARDED = """\
try:
    import torch
except ImportError:
    import torch.nn as nn

try:
    from torch import nn
    from torch.nn import GELU
except ImportError:
    from torch.nn import ReLU as GELU

try:
    import torch.nn.functional as F
except ImportError:
    F = None

try:
    from torch.nn import Identity
except ImportError:

    class Identity(nn.Module):
        def forward(self, x):
            return x


if True:
    import torch.utils.checkpoint


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act, self.same = GELU(), Identity()

    def forward(self, x):
        import torch.nn.functional
        return F.relu(self.same(self.act(self.fc(x)))) + torch.sigmoid(x)
"""


def test_an_import_that_stands_alone_in_a_block_leaves_a_valid_block() -> None:
    result = convert(GUARDED)
    assert result.clean
    assert not unbound(result.text)
    assert "import torch" not in result.text


def test_a_flag_set_beside_a_guarded_import_survives() -> None:
    source = (
        "try:\n    import torch\n    has_torch = True\nexcept ImportError:\n    has_torch = False\nx = torch.ones(2)\n"
    )
    text = convert(source).text
    assert "    has_torch = True\nexcept ImportError:\n    has_torch = False\n" in text


# ------------------------------------------------------------------ what is added to the output

EVERYTHING = """\
import torch
from torch import nn
import torch.nn.functional as F


def example(x: torch.Tensor):
    y = torch.roll(x, 1, 0) + torch.einsum("ij,kj->ij", x, x)
    y.add_(1)
    return F.normalize(y).unsqueeze(0).expand(2, -1, -1).contiguous().cpu().size(0), y.view(-1).float()
"""
FOREIGN = re.compile(
    r"sys\.path|import \*|^\s*Tensor\.\w+ = |setattr\(\s*(ms\.)?Tensor\b|^import (?!mindspore|math|numpy)\w", re.M
)


def test_nothing_is_added_but_imports_of_mindspore_and_named_helpers() -> None:
    for source in (EVERYTHING, POOLS, REDUCTIONS, ALIAS):
        text = convert(source).text
        assert not FOREIGN.search(text), FOREIGN.search(text)
        assert "torch2ms" not in text


# ------------------------------------------------------------------ layout

LAYOUT = '''\
#!/usr/bin/env python3
# -*- coding: utf-8 -*-
# Copyright 2021 The Authors.
# Licensed under the Apache License, Version 2.0.
"""What this module is about."""

from __future__ import annotations

import torch

RATE = 1e6
SMALL, MASK, BIG, REAL = 1E-12, 0xFF, 10_000, .5


def f(x: torch.Tensor):
    """Clamp."""
    return torch.clamp(torch.full((2,), 1e6) * x, min=1e-12, max=0xFF)
'''


def test_shebang_licence_and_docstring_keep_their_places() -> None:
    text = convert(LAYOUT).text
    head = LAYOUT.partition("import torch")[0]
    assert text.startswith(head)
    assert ast.get_docstring(ast.parse(text)) == "What this module is about."


def test_numbers_are_written_as_they_were() -> None:
    text = convert(LAYOUT).text
    assert "RATE = 1e6\nSMALL, MASK, BIG, REAL = 1E-12, 0xFF, 10_000, .5\n" in text
    assert "ops.full((2,), 1e6" in text
    assert "min=1e-12, max=0xFF" in text
    assert "1000000.0" not in text


# ------------------------------------------------------------------ line numbers

LINES = """\
import torch
import torch.nn.functional as F


def f(x: torch.Tensor):
    a = torch.no_such_1(x)
    b = (
        torch.relu(a), torch.no_such_2(a),
        F.no_such_3(a),
    )
    é = "é"; torch.no_such_4(é)
    return torch.no_such_5(
        torch.sigmoid(torch.no_such_6(b)),
        torch.no_such_7)


class A:
    # a comment
    value = torch.no_such_8(\\
        torch.no_such_9)
"""


def test_reported_places_are_right_for_every_use() -> None:
    result = convert(LINES)
    lines = LINES.splitlines()
    reported = {}
    for finding in result.findings:
        if "no_such" in finding.torch:
            span = finding.span
            reported[finding.torch.rpartition(".")[2]] = span.line
            rest = "\n".join([lines[span.line - 1][span.col - 1 :], *lines[span.line :]])
            assert re.match(r"(torch|F)\.no_such_\d", rest), (span, rest)
            assert finding.torch.endswith(re.match(r"\w+\.(no_such_\d)", rest)[1])  # type: ignore[index]
    expected = {match: number for number, line in enumerate(lines, 1) for match in re.findall(r"no_such_\d", line)}
    assert reported == expected
    assert len(reported) == 9


# ------------------------------------------------------------------ arguments

ARGUMENTS = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.reflect = nn.Conv2d(3, 4, 3, padding=1, padding_mode='reflect')
        self.replicate = nn.Conv2d(3, 4, 3, padding=(1, 2), padding_mode='replicate')
        self.circular = nn.Conv2d(3, 4, 3, padding=1, padding_mode='circular', bias=False)
        self.pool = nn.MaxPool2d(2, dilation=2)
        self.average = nn.AvgPool2d(2, divisor_override=3)

    def forward(self, x):
        return self.reflect(x), self.replicate(x), self.circular(x), self.pool(x), self.average(x)
"""
REFUSED = {
    "out=": ("torch.add(x, y, out=z)", "torch.add"),
    "max_norm=": ("torch.nn.functional.embedding(x, y, max_norm=1.0)", "torch.nn.functional.embedding"),
    "stable=": ("torch.argsort(x, stable=True)", "torch.argsort"),
    "no such argument": ("nn.Linear(3, 4, no_such=1)", "torch.nn.Linear"),
    "one argument too many": ("torch.relu(x, 1, 2, 3)", "torch.relu"),
}


def test_padding_mode_and_dilation_do_not_vanish() -> None:
    result = convert(ARGUMENTS)
    assert result.clean
    for word in ("'reflect'", "'replicate'", "'circular'", "dilation=2", "divisor_override=3"):
        assert word in result.text


@pytest.mark.parametrize(("call", "name"), REFUSED.values(), ids=REFUSED)
def test_an_argument_without_counterpart_makes_the_call_manual(call: str, name: str) -> None:
    result = convert(f"import torch\nfrom torch import nn\n\n\ndef f(x: torch.Tensor, y, z):\n    return {call}\n")
    assert outcomes(result, name) == [Outcome.MANUAL]
    assert codes(result, name) <= {"T2M202", "T2M203"}
    arguments = call.partition("(")[2]
    assert arguments in result.text


# ------------------------------------------------------------------ star imports

STAR = """\
from torch import *
from torch.nn import *
from torch.nn.functional import *


class Net(Module):
    def __init__(self):
        super().__init__()
        self.fc = Linear(3, 4)

    def forward(self, x):
        return cat([relu(self.fc(x)), sigmoid(self.fc(x))], 1)
"""
STAR_LEFT = """\
from torch.nn import *

net = Sequential(Linear(3, 4), AdaptiveLogSoftmaxWithLoss(4, 8, [2]))
"""


def test_a_name_only_a_star_import_can_bind_keeps_it() -> None:
    result = convert("from torch.nn import *\n\nnet = BrandNewLayer(Linear(3, 4))\n")
    assert "from torch.nn import *" in result.text
    assert "T2M103" in {finding.code for finding in result.findings}


def test_names_of_a_star_import_are_counted_and_converted() -> None:
    result = convert(STAR)
    names = {site.torch for site in result.sites}
    assert {"torch.nn.Module", "torch.nn.Linear", "torch.cat"} <= names
    assert len(result.sites) == 5
    assert "torch" not in result.text
    assert not unbound(result.text)


def test_a_star_import_stays_with_a_name_that_stays() -> None:
    result = convert(STAR_LEFT)
    assert outcomes(result, "torch.nn.AdaptiveLogSoftmaxWithLoss") == [Outcome.MANUAL]
    assert outcomes(result, "torch.nn.Linear") == [Outcome.CONVERTED]
    bound = "from torch.nn import" in result.text or "torch.nn.AdaptiveLogSoftmaxWithLoss(4" in result.text
    assert bound
    if "from torch.nn import *" in result.text:
        # Whatever comes after the star import wins: MindSpore's names must.
        assert result.text.index("from torch.nn import *") < result.text.index("mindspore")
    else:
        assert not unbound(result.text)


# ------------------------------------------------------------------ the count

COUNT = """\
import torch
from torch import nn


def f(x: torch.Tensor, m, cfg):
    a = torch.relu(x)
    b = torch.no_such_function(x)
    c = cfg.max(2)
    d = nn.Linear(3, 4, no_such=1)
    e = torch.no.such.thing(x)
    return a.size(0), a.sparse_mask(a)
"""


def test_a_site_that_is_not_understood_stays_in_the_count() -> None:
    result = convert(COUNT)
    by_name = {site.torch: site.outcome for site in result.sites}
    assert by_name == {
        "torch.Tensor": Outcome.CONVERTED,
        "torch.relu": Outcome.CONVERTED,
        "torch.no_such_function": Outcome.MANUAL,
        "torch.Tensor.max": Outcome.UNKNOWN,
        "torch.nn.Linear": Outcome.MANUAL,
        "torch.no.such.thing": Outcome.MANUAL,
        "torch.Tensor.size": Outcome.CONVERTED,
        "torch.Tensor.sparse_mask": Outcome.MANUAL,
    }
    assert not result.clean


# ------------------------------------------------------------------ the imports written


def test_every_import_written_names_an_existing_module() -> None:
    for source in (EVERYTHING, POOLS, REDUCTIONS, SCHEDULES, ALIAS, STAR, ARGUMENTS):
        for node in ast.walk(ast.parse(convert(source).text)):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            for module in modules:
                assert module.partition(".")[0] in ("mindspore", "math", "numpy", "functools", "collections"), module


# ------------------------------------------------------------------ notes

NOTES = '''\
import torch


def f(x):
    """Calls torch.relu.

    >>> torch.relu(x)
    """
    torch.no_such_1(x)
    torch.no_such_2(x); torch.no_such_3(1)
    if torch.no_such_4(x): torch.no_such_5(2)
    "torch.relu"
    return [torch.no_such_6(a) for a in x], "torch.relu(x)"


class A(torch.nn.NoSuchLayer): pass


@torch.no_such_7
def g():
    torch.no_such_8(3)


h = lambda: torch.no_such_9(4)
'''


def test_notes_are_comments_and_change_no_code() -> None:
    result = convert(NOTES)
    assert ast.dump(ast.parse(result.text)) == ast.dump(ast.parse(NOTES))
    notes = [
        token for token in tokenize.generate_tokens(io.StringIO(result.text).readline) if token.type == tokenize.COMMENT
    ]
    assert len(notes) == len(result.sites) == 10
    for token in notes:
        assert re.match(r"# TODO\(torch2ms\): \[T2M\d{3}\] ", token.string)
        assert token.line.strip() == token.string
        assert len(token.line.rstrip("\n")) <= 100


# ------------------------------------------------------------------ the command


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str


def torch2ms(*args: str, cwd: Path) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "torch2ms", *args],
        capture_output=True,
        cwd=cwd,
        env=os.environ | {"XDG_CACHE_HOME": str(cwd / ".cache")},
        text=True,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_package_keeps_imports_of_itself(tmp_path: Path) -> None:
    write(tmp_path / "src", OWN_PACKAGE)
    done = torch2ms("convert", "src", "-o", "out", "--fail-on", "manual", cwd=tmp_path)
    assert done.code == 0, done.stderr + done.stdout
    out = {name: (tmp_path / "out" / name).read_text(encoding="utf-8") for name in OWN_PACKAGE}
    assert out["timm/__init__.py"] == OWN_PACKAGE["timm/__init__.py"]
    assert "from timm.layers import Mlp\nfrom .layers import mlp\n" in out["timm/models.py"]
    for text in out.values():
        assert not unbound(text)
        assert "torch" not in text


def test_imports_from_other_packages_stay() -> None:
    head = "from timm.layers import DropPath\nimport timm\n"
    text = convert(f"{head}import torch\n\nx = torch.relu(DropPath(timm.rate)(torch.ones(2)))\n").text
    assert text.startswith(head)
    assert not unbound(text)


def test_requirements_are_left_alone(tmp_path: Path) -> None:
    requirements = "torch==2.13.0\ntorchvision>=0.20  # models\npytorch-lightning\n"
    pyproject = '[project]\nname = "net"\ndependencies = ["torch", "torchvision"]\n'
    write(tmp_path / "src", {"net.py": ALIAS, "requirements.txt": requirements, "pyproject.toml": pyproject})
    done = torch2ms("convert", "src", "-o", "out", cwd=tmp_path)
    assert done.code == 0, done.stderr
    assert (tmp_path / "out/requirements.txt").read_text(encoding="utf-8") == requirements
    assert (tmp_path / "out/pyproject.toml").read_text(encoding="utf-8") == pyproject
    assert "mindspore" in (tmp_path / "out/net.py").read_text(encoding="utf-8")
    done = torch2ms("convert", "src", "--in-place", cwd=tmp_path)
    assert done.code == 0, done.stderr
    assert (tmp_path / "src/requirements.txt").read_text(encoding="utf-8") == requirements


def test_a_syntax_error_in_one_file_does_not_stop_the_others(tmp_path: Path) -> None:
    broken = "import torch\n\ndef f(:\n    return torch.relu(1)\n"
    write(tmp_path / "src", {"a.py": ALIAS, "b.py": broken, "c.py": POOLS})
    done = torch2ms("convert", "src", "-o", "out", cwd=tmp_path)
    assert done.code == 2
    assert re.search(r"b\.py:3:\d+.*T2M901", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    for name, source in (("a.py", ALIAS), ("c.py", POOLS)):
        assert (tmp_path / "out" / name).read_text(encoding="utf-8") == convert(source).text
    left = tmp_path / "out/b.py"
    assert not left.exists() or left.read_text(encoding="utf-8") == broken


def test_a_syntax_error_is_in_the_json_report_with_the_other_files(tmp_path: Path) -> None:
    write(tmp_path / "src", {"a.py": ALIAS, "b.py": "def torch(:\n"})
    done = torch2ms("convert", "src", "--format", "json", cwd=tmp_path)
    assert done.code == 2
    report = json.loads(done.stdout)
    assert [error["path"].endswith("b.py") for error in report["errors"]] == [True]
    assert report["summary"]["converted"] > 0


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ALIAS})
    done = torch2ms("convert", "a.py", "no_such.py", "-o", "out/", cwd=tmp_path)
    assert done.code == 2
    assert "no_such.py" in done.stderr
    assert (tmp_path / "out/a.py").exists()


def test_what_is_left_can_fail_a_run(tmp_path: Path) -> None:
    write(tmp_path, {"left.py": PARTLY, "fine.py": ALIAS})
    assert torch2ms("convert", "left.py", "--diff", cwd=tmp_path).code == 0
    assert torch2ms("convert", "left.py", "--diff", "--fail-on", "manual", cwd=tmp_path).code == 1
    assert torch2ms("convert", "fine.py", "--diff", "--fail-on", "check", cwd=tmp_path).code == 0


def test_reported_lines_of_the_output_are_right(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": LINES})
    done = torch2ms("convert", "a.py", "-o", "b.py", "--format", "json", cwd=tmp_path)
    out = (tmp_path / "b.py").read_text(encoding="utf-8").splitlines()
    (file,) = json.loads(done.stdout)["files"]
    findings = [finding for finding in file["findings"] if "no_such" in finding["torch"]]
    assert len(findings) == 9
    for finding in findings:
        last = finding["torch"].rpartition(".")[2]
        assert last in LINES.splitlines()[finding["src"]["line"] - 1]
        assert last in out[finding["out"]["line"] - 1], finding


def test_nothing_is_imported_that_is_not_declared() -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {"typing_extensions"} | {
        re.split(r"[^\w-]", line)[0].lower().replace("-", "_") for line in project["dependencies"]
    }
    names = (names - {"pyyaml"}) | {"yaml"}
    extra = {re.split(r"[^\w-]", line)[0] for line in project["optional-dependencies"]["verify"]}
    for path in (root / "torch2ms").rglob("*.py"):
        allowed = names | extra if path.parent.name == "verify" else names
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            for module in modules:
                top = module.partition(".")[0]
                assert top in allowed or top == "torch2ms" or top in sys.stdlib_module_names, (path, module)


def test_every_option_runs(tmp_path: Path) -> None:
    write(tmp_path, {"src/a.py": ALIAS, "src/b.py": PARTLY, "extra.yaml": "torch.relu: mindspore.ops.relu\n"})
    for options in (
        ["--diff"],
        ["--dry-run"],
        ["--check"],
        ["--format", "json"],
        ["--fail-on", "error"],
        ["--jobs", "2"],
        ["--exclude", "b.py"],
        ["--no-todo"],
        ["--color", "always"],
        ["--mappings", "extra.yaml"],
    ):
        done = torch2ms("convert", "src", *options, cwd=tmp_path)
        assert done.code in (0, 1), (options, done.stderr)
        assert "Traceback" not in done.stderr, options


# ------------------------------------------------------------------ numbers

IMAGE = ("x", parse_input("f32[2,3,9,9]"))
POSITIVE = ("x", parse_input("f32[2,3,9,9]>0"))
MATRIX = ("x", parse_input("f32[3,4]"))
ALL = frozenset(Outcome)

CASES = (
    Case(
        "parentheses",
        PARENTHESES,
        build="Net(k=5, a=2, b=1, c=3)",
        inputs=(IMAGE, ("y", parse_input("f32[2,9]"))),
        steps=3,
    ),
    Case("padded pools of negative values", POOLS, build="Net()", inputs=(POSITIVE,)),
    Case("flatten", FLATTEN, build="Net()", inputs=(IMAGE,)),
    Case("reductions", REDUCTIONS, entry="example", inputs=(IMAGE,)),
    Case("layer norm", LAYER_NORM, build="Net()", inputs=(("x", parse_input("f32[3,4,16]")),), steps=3),
    Case("slices and comments", SLICES, build="Net()", inputs=(IMAGE,), steps=3),
    Case("imports under other names", ALIAS, build="Net()", inputs=(MATRIX,), steps=3),
    Case("receivers", RECEIVERS, entry="example", inputs=(MATRIX,)),
    Case("class names", CLASS_NAMES, build="Net()", entry="example", allowed=ALL),
    Case("class names, forward", CLASS_NAMES, build="Net()", inputs=(IMAGE,), allowed=ALL),
    Case("learning rates", SCHEDULES, build="Net()", entry="example"),
    Case("guarded imports", GUARDED, build="Net()", inputs=(MATRIX,), steps=3),
    Case("layout", LAYOUT, entry="f", inputs=(("x", parse_input("f32[2]>0")),)),
    Case("everything", EVERYTHING, entry="example", inputs=(MATRIX,)),
    Case("arguments", ARGUMENTS, build="Net()", inputs=(IMAGE,), steps=3),
    Case("star imports", STAR, build="Net()", inputs=(("x", parse_input("f32[2,3]")),), steps=3),
)


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected cases, run together."""
    cases = [case for case in CASES if case.name in collected_names]
    return {result.name: result for result in run_cases(cases, converter=Converter(tables()))}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_numbers_are_equal(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    assert result.ok, f"{result.status}\n{result.message}\n{result.converted}"
