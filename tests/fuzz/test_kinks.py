"""Values and gradients where two branches of a function meet: equal, or said to differ in docs/differences.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fuzzing.judge import Judge, Verdict

pytestmark = pytest.mark.frameworks

DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"
_PROGRAM = """\
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def value(x):
    return {expression}


def main():
    def loss(x):
        y = value(x)
        return (y * (torch.arange(y.numel()).reshape(y.shape) + 1.0)).sum()

    x = torch.tensor({points})
    return value(x), torch.func.grad(loss)(x)
"""

LINE = "[-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5]"
WIDE = "[-4.0, -3.0, -2.0, 0.0, 3.0, 4.0, 6.0]"
TIES = "[[1.0, 3.0, 3.0, 3.0], [2.0, 2.0, 2.0, 2.0], [0.0, 0.0, -1.0, -1.0], [-1.0, 5.0, 5.0, -1.0]]"
ONE = "[[-1.0], [0.0], [2.0]]"

EQUAL: Mapping[str, str] = {
    LINE: """
        F.relu(x)
        nn.ReLU()(x)
        F.prelu(x, torch.tensor([0.25]))
        nn.PReLU()(x)
        F.elu(x)
        F.elu(x, 0.5)
        nn.ELU()(x)
        nn.ELU(0.5)(x)
        F.celu(x)
        nn.CELU(0.5)(x)
        F.selu(x)
        nn.SELU()(x)
        nn.RReLU().eval()(x)
        F.softplus(x, 2, 1)
        nn.Softplus(2, 1)(x)
        F.softsign(x)
        F.hardshrink(x)
        nn.Hardshrink()(x)
        F.softshrink(x)
        nn.Softshrink()(x)
        F.threshold(x, 0.5, 0.1)
        nn.Threshold(0.5, 0.1)(x)
        F.normalize(x * 0, dim=0)
        F.cosine_similarity(x * 0, x, dim=0)
        F.pairwise_distance(x, x * 1, keepdim=True)
        F.l1_loss(x, x * 0)
        F.smooth_l1_loss(x, x * 0, beta=0.5)
        F.smooth_l1_loss(x, x * 0, beta=0)
        F.huber_loss(x, x * 0)
        F.margin_ranking_loss(x, x * 0, torch.ones(7), margin=0.5)
        F.multi_margin_loss(x.reshape(1, 7), torch.tensor([3]))
        F.cosine_embedding_loss(x.reshape(7, 1), x.reshape(7, 1), -torch.ones(7), margin=0.5)
        F.binary_cross_entropy(x.abs() / 1.5, torch.ones(7))
        x.abs()
        x.sign()
        torch.frac(x)
        x.round()
        x.clamp(-1, 1)
        torch.clamp(x, max=0.5)
        x.clamp(torch.tensor(-1.0), torch.tensor(1.0))
        x.max()
        torch.maximum(x, torch.zeros(7))
        torch.maximum(x, x * 1)
        torch.minimum(x, torch.tensor(0.5))
        torch.max(x, torch.zeros(7))
        torch.hypot(x, x * 0)
        torch.copysign(x, -x)
        x**2
        x.abs().sqrt()
        (x * 0).norm()
        torch.linalg.vector_norm(x * 0)
        x.norm(p=1)
        x.norm(p=math.inf)
        torch.linalg.vector_norm(x, math.inf)
        torch.norm(x * 0, dim=0, keepdim=True)
        torch.dist(x, x * 1)
        torch.cdist(x.reshape(7, 1), x.reshape(7, 1))
        (x * 0).std(unbiased=False)
        torch.sinc(x)
        x.prod()
        x % 1
        torch.fmod(x, 0.5)
        torch.where(x >= 0, x.sqrt(), x)
        torch.nan_to_num(x / x)
        torch.quantile(x, 0.5)
    """,
    WIDE: """
        F.hardsigmoid(x)
        nn.Hardsigmoid()(x)
        x.clamp(-3, 3)
        x.clamp(0, 6)
    """,
    TIES: """
        x.max()
        x.amax()
        torch.amin(x, dim=(0, 1))
        x.amax(1, keepdim=True)
        x.max(dim=1).values
        x.min(0)[0]
        torch.argmax(x, 1) * x[:, 0]
        x.median(1)[0]
        torch.aminmax(x, dim=1)[1]
        x.sort(dim=1, descending=True)[0]
        x.topk(2, 1)[0]
        x.norm(p=math.inf, dim=1)
        torch.linalg.vector_norm(x, math.inf, dim=1)
        F.max_pool2d(x.reshape(1, 1, 4, 4), 3, 1, 1)
        nn.MaxPool2d(2)(x.reshape(1, 1, 4, 4))
        F.max_pool1d(x.reshape(1, 4, 4), 2)
        F.adaptive_max_pool2d(x.reshape(1, 1, 4, 4), 2)
        F.triplet_margin_loss(x, x * 1, x * 1)
        torch.cdist(x, x * 1, p=1.0)
    """,
    ONE: """
        F.softmax(x, dim=1)
        F.log_softmax(x, dim=1)
        nn.Softmax(dim=1)(x)
        x.softmax(-1)
        x.logsumexp(1)
        F.layer_norm(x, (1,))
        x.var(1, unbiased=False)
    """,
}
DIFFERENT: Mapping[str, str] = {
    LINE: """
        F.leaky_relu(x)
        nn.LeakyReLU(0.2)(x)
        F.rrelu(x)
        F.hardtanh(x)
        nn.Hardtanh()(x)
        torch.atan2(x * 0, x)
        F.hinge_embedding_loss(x, -torch.ones(7))
    """,
    WIDE: """
        F.relu6(x)
        nn.ReLU6()(x)
        F.hardswish(x)
        nn.Hardswish()(x)
    """,
    TIES: """
        torch.median(x)
        x.kthvalue(2, 1)[0]
    """,
}


def expressions(of: Mapping[str, str]) -> list[tuple[str, str]]:
    """Points with the expressions that are tried there."""
    return [(points, line.strip()) for points, lines in of.items() for line in lines.strip().splitlines()]


@pytest.fixture(scope="module")
def judge(frameworks: None) -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def verdicts(judge: Judge, of: Mapping[str, str]) -> dict[str, tuple[Verdict, str]]:
    """What becomes of each expression."""
    tried = expressions(of)
    judged = judge.judge([_PROGRAM.format(expression=text, points=points) for points, text in tried])
    return {
        f"{text} at {points}": (one.verdicts["main"], one.messages.get("main", ""))
        for (points, text), one in zip(tried, judged, strict=True)
    }


def test_values_and_gradients_are_equal(judge: Judge) -> None:
    wrong = {text: found for text, found in verdicts(judge, EQUAL).items() if found[0] is not Verdict.EQUAL}
    assert not wrong


def test_only_gradients_of_some_differ(judge: Judge) -> None:
    for text, (verdict, message) in verdicts(judge, DIFFERENT).items():
        assert verdict is Verdict.DIFFERS, f"{text}: {verdict} {message}"
        assert message.startswith("result[1]"), f"the value of {text} differs: {message}"


def test_what_differs_is_said() -> None:
    said = DIFFERENCES.read_text(encoding="utf-8")
    names = {text.split("(", 1)[0] for _, text in expressions(DIFFERENT)}
    missing = [name for name in names if f"`{name.replace('x.', 'torch.')}`" not in said]
    assert not missing
