"""Classes: models of several layers, with what models have: buffers, parameters, lists of layers, base classes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from fuzzing.generators.examples import Example, use
from fuzzing.generators.idioms import IDIOMS
from fuzzing.generators.statements import branch, expression, in_place, loop, shared
from fuzzing.generators.writer import Writer, indented

_ANY = (
    "nn.ReLU()", "nn.GELU()", "nn.Tanh()", "nn.Sigmoid()", "nn.SiLU()", "nn.Identity()", "nn.LeakyReLU(0.2)",
    "nn.ELU()", "nn.Softplus()", "nn.Hardswish()", "nn.Softmax(dim=-1)", "nn.Dropout(0.0)", "nn.ReLU(inplace=True)",
    "nn.ReLU6()", "nn.Flatten()", "nn.Mish()", "nn.LayerNorm({last})", "nn.Linear({last}, {out})",
    "nn.Linear({last}, {out}, bias=False)", "nn.PReLU()", "nn.Hardtanh()", "nn.LogSoftmax(-1)",
    "nn.Sequential(nn.Linear({last}, 4), nn.ReLU(), nn.Linear(4, {last}))",
    "nn.LayerNorm({last}, elementwise_affine=False)",
)  # fmt: skip
_BY_DIMENSIONS: dict[int, tuple[str, ...]] = {
    2: ("nn.BatchNorm1d({last})", "nn.BatchNorm1d({last}, affine=False)", "nn.GroupNorm(1, {last})",
        "nn.Bilinear({last}, {last}, 2)"),
    3: (
        "nn.Conv1d({channels}, {out}, 3, padding=1)", "nn.Conv1d({channels}, {out}, 1)",
        "nn.BatchNorm1d({channels})", "nn.MaxPool1d(2)", "nn.AvgPool1d(2)", "nn.GroupNorm(1, {channels})",
        "nn.LSTM({last}, {out}, batch_first=True)", "nn.GRU({last}, {out})", "nn.RNN({last}, {out})",
        "nn.MultiheadAttention({last}, 1, batch_first=True)",
        "nn.TransformerEncoderLayer({last}, 1, 8, dropout=0.0, batch_first=True)",
        "nn.ConvTranspose1d({channels}, {out}, 2)", "nn.AdaptiveAvgPool1d(1)", "nn.InstanceNorm1d({channels})",
        "nn.LSTM({last}, {out}, bidirectional=True)",
    ),
    4: (
        "nn.Conv2d({channels}, {out}, 3, padding=1)", "nn.Conv2d({channels}, {out}, 1, bias=False)",
        "nn.BatchNorm2d({channels})", "nn.MaxPool2d(2)", "nn.AvgPool2d(2)", "nn.AdaptiveAvgPool2d(1)",
        "nn.AdaptiveAvgPool2d((2, 1))", "nn.Upsample(scale_factor=2)",
        "nn.ConvTranspose2d({channels}, {out}, 2, stride=2)", "nn.InstanceNorm2d({channels})",
        "nn.GroupNorm(1, {channels})", "nn.ReflectionPad2d(1)", "nn.ZeroPad2d(1)", "nn.Dropout2d(0.0)",
        "nn.PReLU({channels})", "nn.Conv2d({channels}, {channels}, 3, padding=1, groups={channels})",
        "nn.Conv2d({channels}, {out}, 2, stride=2)", "nn.MaxPool2d(3, 1, 1)", "nn.PixelUnshuffle(2)",
        "nn.Sequential(nn.Conv2d({channels}, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True))",
        "nn.Conv2d({channels}, {out}, 3, padding='same')",
    ),
}  # fmt: skip
_PAIRED = ("nn.MultiheadAttention", "nn.LSTM", "nn.GRU", "nn.RNN")
_STATE = (
    "self.register_buffer('{n}', torch.ones({last}))",
    "self.register_buffer('{n}', torch.linspace(0, 1, {last}), persistent=False)",
    "self.{n} = nn.Parameter(torch.zeros({last}))", "self.{n} = nn.Parameter(torch.ones(1))",
    "self.{n} = torch.ones({last})", "self.{n} = 0.5",
    "self.register_parameter('{n}', nn.Parameter(torch.ones({last})))",
    "self.{n} = nn.Parameter(torch.tensor(0.5), requires_grad=False)",
)  # fmt: skip
_LISTS = (
    ("nn.ModuleList([nn.Linear({last}, {last}) for _ in range(2)])", "for m in self.{n}:\n    {x} = m({x})"),
    ("nn.ModuleList([nn.Linear({last}, {last}), nn.ReLU()])", "for i, m in enumerate(self.{n}):\n    {x} = m({x}) + i"),
    ("nn.ModuleDict({'a': nn.Linear({last}, {last}), 'b': nn.Tanh()})", "{x} = self.{n}['b'](self.{n}['a']({x}))"),
    ("nn.ModuleDict({'a': nn.Linear({last}, {last}), 'b': nn.Tanh()})",
     "for k, m in self.{n}.items():\n    {x} = m({x})"),
    ("nn.Sequential(OrderedDict([('fc', nn.Linear({last}, {last})), ('act', nn.ReLU())]))",
     "{x} = self.{n}.act(self.{n}.fc({x}))"),
    ("nn.ParameterList([nn.Parameter(torch.ones({last})) for _ in range(2)])", "for p in self.{n}:\n    {x} = {x} * p"),
    ("nn.Sequential(*[nn.Linear({last}, {last}) for _ in range(2)])", "{x} = self.{n}[:1]({x}) + self.{n}[1]({x})"),
    ("nn.ModuleList()", "for m in self.{n}:\n    {x} = m({x})"), ("nn.Sequential()", "{x} = self.{n}({x})"),
)  # fmt: skip


class ModelWriter:
    """Writes classes of models into the top of a program."""

    def __init__(self, rng: random.Random, namespace: dict[str, Any], examples: Sequence[Example]) -> None:
        self.rng = rng
        self.namespace = namespace
        self.examples = [example for example in examples if example.layered]
        self.plain = [example for example in examples if not example.layered]
        self.top: list[str] = []
        self.methods: list[str] = []

    def model(self, inputs: Sequence[torch.Tensor], inner: str | None = None) -> str | None:
        """Write a class whose forward takes such inputs; its name. `inner`: a class that may be a layer of it."""
        rng = self.rng
        name = f"Net{len(self.top)}"
        base = "nn.Module"
        receiver: Any = type("Receiver", (nn.Module,), {})()
        parameters = [f"x{i}" for i in range(len(inputs))]
        own = {p: v.detach().clone() for p, v in zip(parameters, inputs, strict=True)}
        writer = Writer(rng, {**self.namespace, **own, "self": receiver}, "h", [], list(parameters))
        init: list[str] = []
        self.methods = []
        for _ in range(rng.randrange(2, 6)):
            rng.choices(
                (self._layer, self._state, self._list, self._example, self._inner, self._other, self._idiom),
                (8, 2, 2, 3, 3 if inner else 0, 5, 5),
            )[0](writer, init, inner)
        results = [n for n in writer.own if isinstance(writer.namespace.get(n), torch.Tensor)]
        if not init or not results:
            return None
        lines = [
            f"class {name}({base}):",
            *indented(["def __init__(self):", *indented(["super().__init__()", *init]), ""]),
        ]
        result = results[-1] if rng.random() < 0.7 else f"{results[-1]}, {rng.choice(results)}"
        lines += indented(
            [f"def forward(self, {', '.join(parameters)}):", *indented([*writer.lines, f"return {result}"])]
        )
        try:
            exec("\n".join(lines), self.namespace)
        except Exception:
            return None
        self.top.append("\n".join(lines))
        if rng.random() < 0.2:
            return self._derived(name)
        return name

    def _derived(self, base: str) -> str:
        name = f"Net{len(self.top)}"
        lines = [f"class {name}({base}):"]
        if self.rng.random() < 0.5:
            lines += indented(["def __init__(self):", "    super().__init__()", "    self.extra = 2.0", ""])
        lines += indented(["def forward(self, *args):", "    out = super().forward(*args)", "    return out"])
        exec("\n".join(lines), self.namespace)
        self.top.append("\n".join(lines))
        return name

    def _set(self, writer: Writer, init: list[str], line: str) -> bool:
        """Run a line of `__init__` and keep it."""
        try:
            exec(line, writer.namespace)
        except Exception:
            return False
        init.append(line)
        return True

    def _source(self, writer: Writer) -> tuple[str, dict[str, object]] | None:
        name = writer.pick(lambda v: isinstance(v, torch.Tensor) and v.is_floating_point() and v.dim() > 0)
        if name is None:
            return None
        value = writer.namespace[name]
        sizes = {
            "last": value.shape[-1],
            "out": self.rng.choice((2, 3, 4)),
            "channels": value.shape[min(1, value.dim() - 1)],
        }
        return name, sizes

    def _layer(self, writer: Writer, init: list[str], inner: str | None) -> None:
        source = self._source(writer)
        if source is None:
            return
        name, sizes = source
        texts = _BY_DIMENSIONS.get(writer.namespace[name].dim(), ())
        text = self.rng.choice(texts if texts and self.rng.random() < 0.7 else _ANY)
        attribute = writer.fresh("layer")
        if not self._set(writer, init, f"self.{attribute} = {_with(text, sizes)}"):
            return
        call = f"self.{attribute}({name}, {name})" if text.startswith("nn.Bilinear") else f"self.{attribute}({name})"
        if text.startswith("nn.MultiheadAttention"):
            call = f"self.{attribute}({name}, {name}, {name})"
        if text.startswith(_PAIRED):
            call += "[0]"
        elif self.rng.random() < 0.2:
            call = self.rng.choice(
                (f"F.relu({call})", f"{call} + {name}", f"{call}.mean(-1)", f"torch.cat([{call}, {name}], -1)")
            )
        if writer.bind(call) is None:
            init.pop()

    def _state(self, writer: Writer, init: list[str], inner: str | None) -> None:
        source = self._source(writer)
        if source is None:
            return
        name, sizes = source
        attribute = writer.fresh("state")
        line = _with(self.rng.choice(_STATE).replace("{n}", attribute), sizes)
        if self._set(writer, init, line):
            operation = self.rng.choice(("{x} * self.{n}", "{x} + self.{n}", "self.{n} - {x}", "{x} * self.{n} ** 2"))
            writer.bind(operation.replace("{n}", attribute).replace("{x}", name))

    def _list(self, writer: Writer, init: list[str], inner: str | None) -> None:
        source = self._source(writer)
        if source is None:
            return
        name, sizes = source
        attribute = writer.fresh("layers")
        build, lines = self.rng.choice(_LISTS)
        if self._set(writer, init, f"self.{attribute} = {_with(build, sizes)}"):
            copied = writer.bind(f"{name} * 1")
            if copied is not None:
                writer.attempt(*lines.replace("{n}", attribute).replace("{x}", copied).split("\n"))

    def _idiom(self, writer: Writer, init: list[str], inner: str | None) -> None:
        """Lines that belong together. Methods are set on the class of the receiver, which is this one's alone."""
        source = self._source(writer)
        if source is None:
            return
        name, sizes = source
        idiom = self.rng.choice(IDIOMS)
        value = writer.bind(f"{name} * 1")
        if value is None:
            return
        names: dict[str, object] = {"n": writer.fresh("part"), "x": value, **sizes}
        receiver = type(writer.namespace["self"])
        lines = _with(idiom.init, names)
        method = _with(idiom.methods, names)
        try:
            own: dict[str, Any] = {}
            exec(method, writer.namespace, own)
            for key, function in own.items():
                setattr(receiver, key, function)
            exec(lines, writer.namespace)
        except Exception:
            return
        if writer.attempt(*_with(idiom.forward, names).split("\n")):
            init += lines.split("\n") if lines else []
            self.methods += [method] if method else []

    def _example(self, writer: Writer, init: list[str], inner: str | None) -> None:
        example = self.rng.choice(self.examples)
        layers = use(writer, example, "self")
        for name, text in layers or ():
            init.append(f"self.{name} = {text}")

    def _inner(self, writer: Writer, init: list[str], inner: str | None) -> None:
        name = writer.pick(lambda v: isinstance(v, torch.Tensor))
        attribute = writer.fresh("block")
        if inner is not None and self._set(writer, init, f"self.{attribute} = {inner}()"):
            if writer.bind(f"self.{attribute}({name})") is None:
                init.pop()

    def _other(self, writer: Writer, init: list[str], inner: str | None) -> None:
        self.rng.choices((expression, in_place, shared, branch, loop), (8, 1, 1, 1, 1))[0](writer)


def _with(template: str, sizes: dict[str, object]) -> str:
    for key, value in sizes.items():
        template = template.replace(f"{{{key}}}", str(value))
    return template
