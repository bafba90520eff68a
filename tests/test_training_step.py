"""Training steps: the converted loop gives the losses and parameters torch gives, and what cannot be told stays."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome
from torch2ms.verify.case import Case, CaseResult
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 6, bias=False)
        self.bn = nn.BatchNorm1d(6)
        self.fc2 = nn.Linear(6, 3)

    def forward(self, x):
        return self.fc2(torch.tanh(self.bn(self.fc1(x))))


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.Linear(7, 3)

    def forward(self, x, h):
        h = torch.tanh(self.cell(torch.cat([torch.tanh(x), h], dim=1)))
        return h.sum(dim=1), h


class Gan(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.Sequential(nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 4))
        self.d = nn.Sequential(nn.Linear(4, 5), nn.Sigmoid(), nn.Linear(5, 1), nn.Sigmoid())


"""

STEP = """
optimizer.zero_grad()
output = model(x)
loss = F.cross_entropy(output, y)
loss.backward()
optimizer.step()
losses.append(loss.item())
"""


def loop(create: str, step: str = STEP, end: str = "") -> str:
    """A training procedure of five turns."""
    return (
        "def train(model, x, y):\n"
        + textwrap.indent(create.strip(), "    ")
        + "\n    losses = []\n    for turn in range(5):\n"
        + textwrap.indent(step.strip(), " " * 8)
        + "\n"
        + textwrap.indent(end.strip(), " " * 4)
        + "\n    return losses\n"
    )


SGD = "optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9, weight_decay=1e-2)"
PLAIN = "optimizer = optim.SGD(model.parameters(), lr=0.2)"

PROCEDURES = {
    "sgd": loop(SGD),
    "adam": loop("optimizer = optim.Adam(model.parameters(), lr=0.02)"),
    "adamw": loop("optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.1)"),
    "parameter groups": loop(
        """
        optimizer = optim.SGD([
            {'params': model.fc1.parameters(), 'lr': 0.5},
            {'params': list(model.bn.parameters()) + list(model.fc2.parameters())},
        ], lr=0.1, momentum=0.9)
        """.replace("\n        ", "\n")
    ),
    "scheduler": loop(
        f"{SGD}\nscheduler = optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)", f"{STEP}scheduler.step()"
    ),
    "clipped norm": loop(
        SGD,
        STEP.replace("optimizer.step()", "torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)\noptimizer.step()"),
    ),
    "clipped to a small norm": loop(
        SGD,
        STEP.replace(
            "optimizer.step()",
            "norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.02)\n"
            "losses.append(norm.item())\noptimizer.step()",
        ),
    ),
    "clipped by the largest": loop(
        SGD,
        STEP.replace(
            "optimizer.step()",
            "nn.utils.clip_grad_norm_(model.parameters(), 0.1, norm_type=float('inf'))\noptimizer.step()",
        ),
    ),
    "clipped values": loop(
        SGD,
        STEP.replace("optimizer.step()", "nn.utils.clip_grad_value_(model.parameters(), 0.05)\noptimizer.step()"),
    ),
    "clipped on a condition": loop(
        SGD,
        STEP.replace(
            "optimizer.step()",
            "if turn > 1:\n    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)\noptimizer.step()",
        ),
    ),
    "accuracy from the output": loop(
        SGD, f"{STEP}\nlosses.append((output.argmax(dim=1) == y).sum().item())\npredicted = output.max(1)[1]"
    ),
    "reset at the end": loop(
        PLAIN,
        """
        data, target = x * 2, y
        output = model(data)
        loss = F.cross_entropy(output, target)
        losses.append(float(loss))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        """.replace("\n        ", "\n"),
    ),
    "reset of the model": loop(PLAIN, STEP.replace("optimizer.zero_grad()", "model.zero_grad()")),
    "loss put together": loop(
        PLAIN,
        """
        output = model(x)
        loss = F.cross_entropy(output, y)
        penalty = torch.sum(model.fc2.weight ** 2)
        for layer in (model.fc1, model.fc2):
            penalty = penalty + torch.sum(layer.weight ** 2)
        if turn > 2:
            loss = loss + 0.1 * output.abs().mean()
        optimizer.zero_grad()
        (loss + 0.01 * penalty).backward()
        optimizer.step()
        losses.append(loss.item() + penalty.item())
        """.replace("\n        ", "\n"),
    ),
    "loss added up": loop(
        PLAIN,
        """
        optimizer.zero_grad()
        outputs = []
        loss = 0
        for part in x.chunk(2):
            outputs.append(torch.tanh(model(part)))
            loss += outputs[-1].pow(2).mean()
        output = torch.cat(outputs)
        loss += F.cross_entropy(output, y)
        loss *= 0.5
        loss.backward()
        optimizer.step()
        losses += [loss.item(), output.sum().item(), len(outputs)]
        """.replace("\n        ", "\n"),
    ),
    "name assigned anew": loop(
        PLAIN,
        """
        optimizer.zero_grad()
        inputs = x
        with torch.no_grad():
            scale = torch.abs(model(x)).mean()
        inputs = inputs / scale
        output = model(inputs)
        inputs = output * 2
        n = len(y)
        loss = F.cross_entropy(inputs, y, reduction='sum') / n
        loss.backward()
        optimizer.step()
        losses.append(inputs.sum().item() * n)
        """.replace("\n        ", "\n"),
    ),
    "only a number is read": loop(
        PLAIN,
        """
        optimizer.zero_grad()
        loss = 0
        for part in x.chunk(2):
            loss = loss + model(part).pow(2).mean()
        count = len(x)
        loss.backward()
        optimizer.step()
        losses.append(count * loss.item())
        """.replace("\n        ", "\n"),
    ),
    "turn left out": loop(
        PLAIN,
        """
        optimizer.zero_grad()
        output = model(x)
        loss = F.cross_entropy(output, y)
        if turn == 2:
            continue
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        """.replace("\n        ", "\n"),
    ),
    "function for a step": '''\
def step(model, optimizer, criterion, x, y):
    """One step."""
    optimizer.zero_grad()
    output = model(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    return loss.item(), output


def train(model, x, y):
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    criterion = nn.CrossEntropyLoss()
    losses = []
    for _ in range(4):
        loss, output = step(model, optimizer, criterion, x, y)
        losses += [loss, output.mean().item()]
    return losses
''',
    "trainer": """\
class Trainer:
    def __init__(self, net):
        self.net = net
        self.optimizer = optim.SGD(self.net.parameters(), lr=0.2, momentum=0.9)
        self.scheduler = optim.lr_scheduler.ExponentialLR(self.optimizer, 0.9)

    def step(self, x, y):
        self.optimizer.zero_grad()
        self.loss = F.cross_entropy(self.net(x), y)
        self.loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optimizer.step()
        self.scheduler.step()
        return self.loss.item()


def train(model, x, y):
    trainer = Trainer(model)
    return [trainer.step(x, y) for _ in range(4)]
""",
    "best loss kept": loop(
        f"{PLAIN}\nbest = None",
        f"{STEP}if best is None or loss.item() < best.item():\n    best = loss\n    kept = output",
        "losses.append(best.item())\nlosses.append(kept.sum().item())",
    ),
}

PROCEDURES["only in one phase"] = """\
def train(model, x, y):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    losses = []
    for turn in range(3):
        for phase in ['train', 'val']:
            if phase == 'train':
                model.train()
            else:
                model.eval()
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == 'train'):
                outputs = model(x)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, y)

                # only in training
                if phase == 'train':
                    loss.backward()
                    optimizer.step()
            losses.append(loss.item() * x.size(0))
            losses.append(torch.sum(preds == y.data).item())
    return losses
"""
PROCEDURES["left out at first"] = loop(
    SGD,
    """
    output = model(x)
    loss = F.cross_entropy(output, y)
    if turn > 1:
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
    losses.append(loss.item())
    """.replace("\n    ", "\n"),
)

MEMORY = """\
def train(model, x):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    h = torch.zeros(5, 3)
    for turn in range(4):
        h = h.detach()
        optimizer.zero_grad()
        out, h = model(x, h)
        loss = out.pow(2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    losses.append(h.sum().item())
    return losses
"""

GAN = """\
def train(model, real, noise):
    criterion = nn.BCELoss()
    optimizer_d = optim.SGD(model.d.parameters(), lr=0.3, momentum=0.9)
    optimizer_g = optim.SGD(model.g.parameters(), lr=0.3, momentum=0.9)
    losses = []
    for _ in range(4):
        # the discriminator
        model.d.zero_grad()
        fake = model.g(noise)
        error_d = criterion(model.d(real), torch.ones(5, 1))
        error_d = error_d + criterion(model.d(fake.detach()), torch.zeros(5, 1))
        error_d.backward()
        optimizer_d.step()

        # the generator
        model.g.zero_grad()
        error_g = criterion(model.d(fake), torch.ones(5, 1))
        error_g.backward()
        optimizer_g.step()
        losses += [error_d.item(), error_g.item()]
    return losses
"""


def cases() -> list[Case]:
    x, y = parse_input("f32[5,4]"), parse_input("i64[5]<3")
    found = [
        Case(name, HEAD + source, build="Net()", entry="train", inputs=(("x", x), ("y", y)), graph=False)
        for name, source in PROCEDURES.items()
    ]
    memory = Case("memory", HEAD + MEMORY, build="Memory()", entry="train", inputs=(("x", x),), graph=False)
    gan = Case("gan", HEAD + GAN, build="Gan()", entry="train", inputs=(("real", x), ("noise", x)), graph=False)
    return [*found, memory, gan]


CASES = cases()


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected procedures, run together."""
    chosen = [case for case in CASES if case.name in collected_names]
    return {result.name: result for result in run_cases(chosen, timeout=60, workers=1)}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_losses_and_parameters_are_equal(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    assert result.ok, f"{result.status}\n{result.message}\n{result.converted}"
    assert "value_and_grad" in result.converted
    assert "backward()" not in result.converted


# Steps that stay


def left(source: str, tables: Tables) -> FileResult:
    result = convert_source(HEAD + source, path="train.py", tables=tables)
    assert result.error is None
    assert "forward_fn():" not in result.text
    assert " loss.backward(" in result.text
    return result


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("no optimizer.step() follows", """
            loss = F.cross_entropy(model(x), y) / 4
            loss.backward()
            if turn % 4 == 3:
                optimizer.step()
                optimizer.zero_grad()
            """),
        ("no zero_grad()", """
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            """),
        ("given arguments", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward(retain_graph=True)
            optimizer.step()
            """),
        ("given arguments", """
            model.zero_grad()
            loss = F.cross_entropy(model(x), y, reduction='none')
            loss.backward(torch.ones(5))
            optimizer.step()
            """),
        ("another backward() comes before step()", """
            output = model(x)
            loss = F.cross_entropy(output, y)
            other = output.mean()
            optimizer.zero_grad()
            other.backward()
            loss.backward()
            optimizer.step()
            """),
        ("gradients are read", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            losses.append(model.fc1.weight.grad.norm())
            optimizer.step()
            """),
        ("not computed in the block", """
            loss = F.cross_entropy(model(x), y)
            for _ in range(1):
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            """),
        ("depends on the forward pass", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            if loss < 10:
                loss.backward()
                optimizer.step()
            """),
        ("carries a gradient from outside", """
            features = model.fc1(x)
            if turn > 2:
                optimizer.zero_grad()
                loss = model.fc2(features).mean()
                loss.backward()
                optimizer.step()
            """),
        ("may not be the parameters of the optimizer", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.fc2.parameters(), 1.0)
            optimizer.step()
            """),
        ("another norm", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0, norm_type=1)
            optimizer.step()
            """),
        ("break or continue", """
            optimizer.zero_grad()
            output = model(x)
            if torch.isnan(output).any():
                break
            loss = F.cross_entropy(output, y)
            loss.backward()
            optimizer.step()
            """),
        ("two optimizers", """
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer_b.step()
            """),
        ("between backward() and step()", """
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            """),
        ("handler of an exception", """
            try:
                optimizer.zero_grad()
                output = model(x)
                loss = F.cross_entropy(output, y)
                loss.backward()
                optimizer.step()
            except RuntimeError:
                print(output)
            """),
        ("may not be assigned", """
            optimizer.zero_grad()
            output = model(x)
            if turn > 1:
                extra = output.abs().mean()
            loss = F.cross_entropy(output, y)
            if turn > 1:
                loss = loss + extra
            loss.backward()
            optimizer.step()
            print(extra)
            """),
    ],
)  # fmt: skip
def test_step_that_stays(reason: str, step: str, tables: Tables) -> None:
    other = "\noptimizer_b = optim.SGD(model.fc1.parameters(), lr=0.1)" if "optimizer_b" in step else ""
    result = left(loop(f"{SGD}{other}", textwrap.dedent(step)), tables)
    messages = [finding.message for finding in result.findings if finding.outcome is Outcome.MANUAL]
    assert any(reason in message for message in messages), messages
    resets = re.compile(r"^ *\w+\.zero_grad\(", re.MULTILINE)
    assert len(resets.findall(result.text)) == len(resets.findall(step))


def test_loss_given_to_the_function_stays(tables: Tables) -> None:
    source = """
        def step(output, y, criterion, optimizer):
            optimizer.zero_grad()
            loss = criterion(output, y)
            loss.backward()
            optimizer.step()
        """
    result = left(textwrap.dedent(source), tables)
    assert "the forward pass is not in the block of backward()" in {finding.message for finding in result.findings}


def test_value_the_caller_computed_stays(tables: Tables) -> None:
    source = """
        def step(features, y, head, optimizer):
            optimizer.zero_grad()
            loss = F.cross_entropy(head(features), y)
            loss.backward()
            optimizer.step()


        def train(x, y):
            net = Net()
            optimizer = optim.SGD(net.parameters(), lr=0.1)
            features = net.fc1(x)
            step(features, y, net.fc2, optimizer)
        """
    result = left(textwrap.dedent(source), tables)
    assert "features carries a gradient from the caller" in {finding.message for finding in result.findings}
    detached = source.replace("net.fc1(x)", "net.fc1(x).detach()")
    assert convert_source(HEAD + textwrap.dedent(detached), tables=tables).text.count("value_and_grad") == 1


def test_unconverted_optimizer_keeps_its_step(tables: Tables) -> None:
    result = left(loop("optimizer = optim.LBFGS(model.parameters())"), tables)
    assert "its optimizer stays as it was" in {finding.message for finding in result.findings}


def test_names_of_the_file_are_avoided(tables: Tables) -> None:
    source = loop(SGD) + "\n\ndef forward_fn():\n    pass\n\n\ngrads = grad_fn = None\n"
    result = convert_source(HEAD + source, path="train.py", tables=tables)
    assert "def forward_fn_():" in result.text
    assert "grad_fn_ = ms.value_and_grad(forward_fn_, None, optimizer.parameters)" in result.text
    assert "optimizer(grads_)" in result.text


def test_every_site_is_counted(tables: Tables) -> None:
    clip = "nn.utils.clip_grad_norm_(model.parameters(), 1)\noptimizer.step()"
    source = loop(SGD, STEP.replace("optimizer.step()", clip))
    result = convert_source(HEAD + source, path="train.py", tables=tables)
    names = [site.torch.rpartition(".")[2] for site in result.sites]
    assert {"backward", "step", "zero_grad", "clip_grad_norm_"} <= set(names)
    assert result.clean
