"""Whole programs: data, statements, functions, models, gradients and training."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch

from fuzzing.generators.examples import Example, use
from fuzzing.generators.idioms import CHANGES_OF_MODELS, OF_MODELS
from fuzzing.generators.modules import ModelWriter
from fuzzing.generators.statements import BLOCKS, branch, expression, function, in_place
from fuzzing.generators.writer import (
    PRELUDE,
    Writer,
    bool_data,
    float_data,
    float_tensor,
    indented,
    int_data,
    is_float,
    shown,
)

_SHAPES = ((3,), (4,), (2, 3), (3, 3), (3, 4), (2, 3, 4), (2, 4, 4), (1, 2, 4, 4), (2, 3, 4, 4), (2, 2), (1, 3))
_OPTIMIZERS = (
    "optim.SGD({p}, lr=0.1)", "optim.SGD({p}, lr=0.05, momentum=0.9)",
    "optim.SGD({p}, 0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)", "optim.AdamW({p}, lr=1e-2)",
    "optim.Adam({p}, lr=0.01)", "optim.RMSprop({p}, lr=0.01)", "optim.Adagrad({p}, lr=0.05)",
)  # fmt: skip
_SCHEDULERS = (
    "optim.lr_scheduler.StepLR(opt, 1, gamma=0.5)", "optim.lr_scheduler.ExponentialLR(opt, 0.9)",
    "optim.lr_scheduler.CosineAnnealingLR(opt, T_max=4)", "optim.lr_scheduler.LambdaLR(opt, lambda e: 0.9 ** e)",
    "optim.lr_scheduler.MultiStepLR(opt, milestones=[1, 2], gamma=0.1)",
)  # fmt: skip
_LOSSES = (
    "{y}.pow(2).mean()", "{y}.abs().sum()", "F.mse_loss({y}, torch.zeros_like({y}))", "({y} ** 2).sum()",
    "nn.MSELoss()({y}, torch.ones_like({y}))", "nn.SmoothL1Loss()({y}, torch.ones_like({y}))", "{y}.mean() ** 2",
    "F.l1_loss({y}, torch.zeros_like({y}))", "{y}.logsumexp(-1).mean()",
)  # fmt: skip
_MOST_RESULTS = 8


class Programs:
    """Writes programs at random."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self.plain = [example for example in examples if not example.layered]

    def make(self, seed: int) -> str:
        """The program of a seed."""
        rng = random.Random(f"programs/{seed}")
        namespace: dict[str, Any] = {"__name__": "program"}
        exec(PRELUDE, namespace)
        top: list[str] = []
        classes = ModelWriter(rng, namespace, self.examples)
        writer = Writer(rng, namespace)
        for _ in range(rng.randrange(2, 5)):
            _data(writer)
        kind = rng.choices(("statements", "model", "training", "gradients"), (5, 3, 2, 2))[0]
        if kind in ("model", "training"):
            self._model(writer, classes, kind == "training")
        for _ in range(rng.randrange(1, 4) if kind != "statements" else rng.randrange(3, 9)):
            self._statement(writer, top)
        if kind == "gradients":
            _gradients(writer)
        results = [name for name in writer.own if shown(namespace.get(name))]
        results = (
            results[:2] + rng.sample(results[2:], min(len(results) - 2, _MOST_RESULTS)) if len(results) > 2 else results
        )
        main = ["def main():", *indented([*writer.lines, f"return {', '.join(results)}"])]
        return "\n\n\n".join([PRELUDE.rstrip(), *classes.top, *top, "\n".join(main)]) + "\n"

    def _statement(self, writer: Writer, top: list[str]) -> None:
        rng = writer.rng
        if rng.random() < 0.25:
            use(writer, rng.choice(self.plain))
        elif rng.random() < 0.1:
            function(writer, top)
        else:
            rng.choices([block for block, _ in BLOCKS], [weight for _, weight in BLOCKS])[0](writer)

    def _model(self, writer: Writer, classes: ModelWriter, training: bool) -> None:
        rng = writer.rng
        names = writer.holding(lambda v: is_float(v) and getattr(v, "ndim", 0) > 1)
        if not names:
            return
        source = rng.choice(names)
        inner = classes.model([writer.namespace[source]]) if rng.random() < 0.4 else None
        cls = classes.model([writer.namespace[source]], inner)
        if cls is None or not writer.attempt(f"net = {cls}()", "fill(net)"):
            return
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            writer.attempt(*rng.choice(CHANGES_OF_MODELS).split("\n"))
            writer.own = [name for name in writer.own if name not in ("p", "m", "a", "b", "net2")]
        if not training:
            if rng.random() < 0.3:
                name = writer.fresh()
                writer.attempt("with torch.no_grad():", f"    {name} = net({source})")
            else:
                writer.bind(f"net({source})")
            for _ in range(rng.choice((0, 1, 2))):
                writer.bind(rng.choice((*OF_MODELS, "[p.detach() for p in net.parameters()]")).replace("{x}", source))
            return
        self._training(writer, source)

    def _training(self, writer: Writer, source: str) -> None:
        rng = writer.rng
        with torch.no_grad():
            try:
                result = writer.namespace["net"](writer.namespace[source])
            except Exception:
                return
        y = "out[0]" if isinstance(result, tuple) else "out"
        loss = rng.choice(_LOSSES).replace("{y}", y)
        lines = [f"opt = {rng.choice(_OPTIMIZERS).replace('{p}', 'net.parameters()')}"]
        scheduler = rng.random() < 0.3
        if scheduler:
            lines.append(f"sched = {rng.choice(_SCHEDULERS)}")
        lines += ["losses = []", f"for step in range({rng.randrange(1, 4)}):"]
        body = ["opt.zero_grad()", f"out = net({source})", f"loss = {loss}"]
        if rng.random() < 0.2:
            body.append("loss = loss + 0.01 * sum(p.pow(2).sum() for p in net.parameters())")
        body.append("loss.backward()")
        if rng.random() < 0.2:
            body.append("torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)")
        body.append("opt.step()")
        if scheduler:
            body.append("sched.step()")
        body.append(
            rng.choice(
                (
                    "losses.append(loss.item())",
                    "losses.append(float(loss))",
                    "losses.append(loss.detach())",
                    "losses.append(f'{loss.item():.3f}')",
                )
            )
        )
        if writer.attempt(*lines, *indented(body)):
            writer.own = [name for name in writer.own if name not in ("opt", "sched", "out", "loss", "step")]
            writer.bind(
                rng.choice(
                    (
                        "[p.detach() for p in net.parameters()]",
                        f"net({source})",
                        f"net.eval()({source})",
                        "[p.detach().numpy() for p in net.parameters()]",
                    )
                )
            )


def _data(writer: Writer) -> None:
    rng = writer.rng
    shape = rng.choice(_SHAPES)
    kind = rng.choices(("float", "int", "bool", "other"), (7, 3, 1, 2))[0]
    if kind == "float":
        text = (
            float_tensor(rng, shape)
            if rng.random() < 0.95
            else f"torch.tensor({float_data(rng, shape)}, dtype=torch.float64)"
        )
    elif kind == "int":
        text = (
            f"torch.tensor({int_data(rng, shape)}{rng.choice(('', '', ', dtype=torch.int32', ', dtype=torch.uint8'))})"
        )
    elif kind == "bool":
        text = f"torch.tensor({bool_data(rng, shape)})"
    else:
        sizes = ", ".join(map(str, shape))
        text = rng.choice((
            f"torch.zeros({sizes})", f"torch.ones({sizes})", "torch.arange(6.0).view(2, 3)",
            "torch.linspace(-1, 1, 12).reshape(3, 4)", "torch.eye(3)",
            f"torch.from_numpy(np.array({float_data(rng, shape)}, dtype=np.float32))",
            f"torch.full(({sizes},), 0.5)", "torch.arange(4)", "torch.tensor(1.5)",
        ))  # fmt: skip
    writer.bind(text, "x")


def _gradients(writer: Writer) -> None:
    """The gradient of a few operations."""
    source = writer.pick(is_float)
    if source is None:
        return
    leaf, name, rng = writer.fresh("leaf"), writer.fresh("loss"), writer.rng
    value = writer.namespace[source].detach().clone().requires_grad_()
    own = [leaf, *(known for known in writer.own if isinstance(writer.namespace.get(known), torch.Tensor))]
    inner = Writer(rng, {**writer.namespace, leaf: value}, "g", [], own)
    for _ in range(rng.randrange(1, 5)):
        rng.choices((expression, in_place, branch), (6, 1, 1))[0](inner)
    ends = [n for n in inner.own if n not in own and is_float(v := inner.namespace[n]) and v.requires_grad]
    if not ends:
        return
    end = rng.choice((f"({ends[-1]} * {ends[-1]}).sum()", f"{ends[-1]}.sum()", f"{ends[-1]}.mean() * 3"))
    if rng.random() < 0.6:
        definition = [f"def {name}({leaf}):", *indented([*inner.lines, f"return {end}"])]
        form = rng.choice((f"torch.func.grad({name})({source})", f"torch.func.grad({name})({source} * 0.5)"))
        if writer.attempt(*definition):
            writer.own = [known for known in writer.own if known != name]
            writer.bind(form)
        return
    lines = [f"{leaf} = {source}.detach().clone()", f"{leaf}.requires_grad_()", *inner.lines, f"{name} = {end}"]
    if writer.attempt(*lines, f"{writer.fresh()}, = torch.autograd.grad({name}, [{leaf}])"):
        writer.own = [known for known in writer.own if known not in (leaf, name)]
