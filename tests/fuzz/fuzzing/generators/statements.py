"""Statements: control flow, values under several names, changes in place, helper functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from fuzzing.generators.expressions import FAMILIES, WEIGHTS
from fuzzing.generators.writer import Writer, indented, shown

# Statements as templates; `{n}` in them is a new name.
SHARED = (
    "@ = {f}\n@ += 1", "@ = {f}[0]\n@ += 1", "@ = {f}[0]\n@ *= 2", "@ = {f}.view(-1)\n@[0] = 9",
    "@ = {f}.t()\n@ += 1", "@ = {f}.clone()\n@ += 1", "@ = {f}.detach()\n@ *= 0.5",
    "@ = {f}.reshape(-1)\n@[0] = 5.0", "@ = [{f}]\n@[0] += 1", "@ = {'a': {f}}\n@['a'] += 1",
    "@ = ({f}, {f})\n@[0].add_(1)", "@ = []\n@.append({f1})\n{f1} += 1", "@ = {f1}\n{f1} = {f1} + 1",
    "@ = {f1}\n{f1} += 1", "@ = {f1}\n{f1}.mul_(2)", "@ = {'k': {f1}}\n{f1} *= 2", "@ = {f1}[:, 0]\n{f1} += 1",
    "@ = {f1}\n@[0] = 0", "@ = {f1}.unsqueeze(0)\n{f1}.add_(1)", "@ = {f1}.squeeze()\n@.zero_()",
    "@ = {f1}.expand(2, *{f1}.shape)\n{f1} += 1", "@ = {f}.contiguous()\n@ += 2", "@ = {f}.float()\n@ += 1",
    "@ = {f}.to(torch.float32)\n@[..., 0] = 3", "@ = {f}.chunk(2)[0]\n@ += 1", "@ = list({f})\n@[0] += 1",
    "@ = torch.zeros_like({f1})\n@[:] = {f1}", "@ = torch.zeros(3)\n@[1] = {f}.sum()",
    "@ = {f}.unbind(0)[0]\n@.add_(2)", "@ = {f}.flatten()\n@ -= 1", "@ = copy.deepcopy({f})\n@ += 1",
    "@ = {f}.transpose(0, 1)\n@[0] = 1", "@ = {f}.permute({q})\n@ *= 3", "@ = {f}[{b}]\n@ += 1",
    "@ = {f}[[0]]\n@ += 1", "@ = {f}[1:]\n@ += 1", "@ = {f}[None]\n@ -= 1", "@ = {f}.narrow(0, 0, 1)\n@ += 1",
    "@ = {f}.select(0, 0)\n@ *= 2", "@ = {f}.split(1)[0]\n@ += 1", "@ = {f}.view_as({f})\n@ += 1",
    "@ = {f}.data\n@ += 1", "@ = {f}.view(-1, 1)\n@.fill_(0.5)", "@ = {f}.numpy()\n@ += 1",
    "@ = torch.from_numpy({f}.numpy())\n@ += 1", "@ = {f}.diagonal()\n@ += 1",
)  # fmt: skip

IN_PLACE = (
    "{t}[0] = 0", "{t}[0] = {t}[-1]", "{f}[:, 0] = 1.5", "{f}[..., -1] = {f}[..., 0]", "{f}[{b}] = 0",
    "{f1}[{f1} > 0] = -1", "{f}[0, 0] += 1", "{f}[1:] = {f}[:-1]", "{t} += 1", "{t} -= 1", "{f} *= 2", "{f} /= 2",
    "{i} //= 2", "{f} **= 2", "{i} %= 3", "{f}.add_(1)", "{f}.add_({f}, alpha=2)", "{f}.mul_({f})", "{f}.sub_(0.5)",
    "{f}.div_(2)", "{t}.clamp_(0, 1)", "{f}.clamp_(min=0)", "{t}.zero_()", "{t}.fill_(1)", "{t}.copy_({t})",
    "{f}.relu_()", "{f}.sigmoid_()", "{f}.exp_()", "{f}.abs_()", "{f}.neg_()", "{f}.masked_fill_({b}, 0)",
    "{f1}.masked_fill_({f1} > 0.5, 0.5)", "{t}.unsqueeze_(0)", "{t}.squeeze_()", "{t}.t_()",
    "{f}.scatter_({d}, {i}, 1.0)", "{f}.index_fill_(0, torch.tensor([0]), 2)", "{f}.fill_diagonal_(0)",
    "{t}[0].zero_()", "{f}[0].add_(1)", "{f}[:, 0].mul_(2)", "{f}[..., 0] *= -1", "{f}[::2] = 0", "{t}[[0]] = 1",
    "{t}[torch.tensor([0])] = 2", "{f}[0], {f}[1] = {f}[1].clone(), {f}[0].clone()", "{b} &= {b}", "{b} |= {f} > 0",
    "{i} += {b}", "{f} += {i}", "{t}[0] += {t}[0]", "{f}.lerp_({f}, 0.5)",
    "{f}.index_add_(0, torch.tensor([0]), {f}[:1])", "{f}.addcmul_({f}, {f})", "{f}.pow_(2)", "{f}.round_()",
    "{b}[0] = True", "{b}.logical_not_()", "{f}.tril_()",
)  # fmt: skip

CONDITIONS = (
    "{t}.sum() > 0", "{t}.size(0) > 1", "{t}.dim() == 2", "{f}.mean().item() > 0", "{t}.shape[0] == {t}.shape[-1]",
    "len({t}) > 2", "{b}.any()", "{b}.all()", "{s} > 1", "{f}.max() > 1 and {f}.min() < 0", "not {b}.any()",
    "{t}.numel() > 4 or {t}.dim() > 3", "{t} is not None", "{t}.shape == {t}.shape", "torch.is_tensor({t})",
    "isinstance({t}, torch.Tensor)", "{t}.dtype.is_floating_point", "{s}", "{t}.sum() == {t}.sum()",
    "{t}.requires_grad", "{t}.is_floating_point()",
)  # fmt: skip


def expression(writer: Writer) -> bool:
    """One expression under a new name."""
    for _ in range(12):
        family = writer.rng.choices(FAMILIES, WEIGHTS)[0]
        text = writer.filled(writer.rng.choice(family))
        if text is not None and writer.bind(text) is not None:
            return True
    return False


def _from(writer: Writer, templates: Sequence[str]) -> bool:
    for _ in range(8):
        template = writer.rng.choice(templates).replace("@", writer.fresh())
        text = writer.filled(template)
        if text is not None and writer.attempt(*text.split("\n")):
            return True
    return False


def shared(writer: Writer) -> bool:
    """A value under two names, one of them changed."""
    return _from(writer, SHARED)


def in_place(writer: Writer) -> bool:
    """A change in place."""
    return _from(writer, IN_PLACE)


def unpacked(writer: Writer) -> bool:
    """Several names bound at once."""
    a, b = writer.fresh(), writer.fresh()
    return _from(
        writer,
        (
            f"{a}, {b} = {{t}}.chunk(2, {{d}})",
            f"{a}, {b} = {{f}}.max({{d}})",
            f"{a}, {b} = {{t}}.shape",
            f"{a}, {b} = {{f}}.topk(1)",
            f"{a}, {b} = torch.sort({{f}}, {{d}})",
            f"{a}, *{b} = {{t}}.shape",
            f"{a}, {b} = {{t}}",
            f"{a}, {b} = {{t}}.size()",
            f"{a}, {b} = {{f}} * 2, {{f}} + 1",
            f"{a}, {b} = {{f}}.min(dim={{d}})",
            f"{a}, {b} = torch.split({{t}}, 1)",
            f"{a} = {b} = {{f}} * 2",
            f"({a}, {b}), _ = torch.meshgrid({{t}}, {{t}}, indexing='ij'), 0",
            f"{a}, {b} = torch.unbind({{t}})",
            f"{a}, {b} = {{f}}.std({{d}}), {{f}}.mean({{d}})",
            f"_, {a} = torch.max({{f}}, {{d}})\n{b} = {a}.float().mean()",
            f"{a}, {b} = torch.unique({{i}}, return_counts=True)",
            f"{a}, {b} = torch.where({{t}} > 0)",
        ),
    )


def _body(writer: Writer, statements: int, also: Sequence[str] = ()) -> Writer:
    """Lines for a block, written as if it were run once."""
    inner = Writer(writer.rng, dict(writer.namespace), writer.prefix, [], [*writer.own, *also], writer.count)
    for _ in range(statements):
        writer.rng.choices((expression, in_place, shared), (6, 2, 1))[0](inner)
    writer.count = inner.count
    return inner


def _new_tensor(writer: Writer, inner: Writer) -> str | None:
    new = [n for n in inner.own if n not in writer.own and isinstance(inner.namespace.get(n), torch.Tensor)]
    return writer.rng.choice(new) if new else None


def branch(writer: Writer) -> bool:
    """`if` and `else`, each with statements of its own, that bind the same name."""
    condition = writer.filled(writer.rng.choice(CONDITIONS))
    source = writer.pick(lambda v: isinstance(v, torch.Tensor) and v.is_floating_point())
    if condition is None or source is None:
        return False
    result = writer.fresh()
    first, second = _body(writer, writer.rng.randrange(1, 3)), _body(writer, writer.rng.randrange(0, 2))
    lines = [f"if {condition}:"]
    for inner in (first, second):
        value = _new_tensor(writer, inner) or f"{source} * 2"
        block = indented([*inner.lines, f"{result} = {value}"])
        lines += block if inner is first else ["else:", *block]
    if writer.rng.random() < 0.3:
        lines = [f"{result} = {source}", *lines[: lines.index("else:")]]
    return _at_once(writer, lines, result)


def _at_once(writer: Writer, lines: list[str], *results: str) -> bool:
    """Keep a block; of the names it binds, only results are used any more."""
    own = list(writer.own)
    if not writer.attempt(*lines):
        return False
    writer.own = [*own, *(name for name in results if name not in own)]
    return True


def loop(writer: Writer) -> bool:
    """A loop that changes a value, or gathers values."""
    rng = writer.rng
    name, item = writer.fresh(), writer.fresh("i")
    start = writer.pick(lambda v: isinstance(v, torch.Tensor) and v.is_floating_point())
    header = writer.filled(rng.choice((
        f"for {item} in range(3):", f"for {item} in {{t}}:", f"for _, {item} in enumerate({{t}}):",
        f"for {item} in {{l}}:", f"for {item}, _ in zip({{t}}, {{t}}):", f"for {item} in range({{t}}.size(0)):",
        f"for {item} in {{t}}.unbind(0):", f"for {item} in (1, 2):",
    )))  # fmt: skip
    if start is None or header is None:
        return False
    trial = dict(writer.namespace)
    try:
        exec(f"{header}\n    break", trial)
    except Exception:
        return False
    if item not in trial:
        return False
    probe = Writer(rng, trial, writer.prefix, [], [*writer.own], writer.count)
    inner = _body(probe, rng.randrange(1, 3), [item])
    writer.count = inner.count
    value = _new_tensor(probe, inner) or item
    if rng.random() < 0.5:
        lines = [f"{name} = []", header, *indented([*inner.lines, f"{name}.append({value})"])]
    else:
        update = rng.choice(
            (
                f"{name} = {name} + {value}",
                f"{name} += {value}",
                f"{name} = {name} * 0.5 + {value}",
                f"{name}[0] = {value}",
            )
        )
        initial = rng.choice((start, f"{start}.clone()", "0", "0.0", f"torch.zeros_like({start})", f"{start} * 1"))
        lines = [f"{name} = {initial}", header, *indented([*inner.lines, update])]
        if rng.random() < 0.2:
            lines += indented([f"if {name}.sum() > 3:", "    break"])
    return _at_once(writer, lines, name)


def function(writer: Writer, top: list[str]) -> bool:
    """A function at the top of the file, written for values that are there, and one or two calls of it."""
    rng = writer.rng
    name = f"helper{len(top)}"
    given = [found for _ in range(rng.randrange(1, 4)) if (found := writer.pick(lambda v: isinstance(v, torch.Tensor)))]
    if not given:
        return False
    parameters = [f"a{i}" for i in range(len(given))]
    shared_names = {k: v for k, v in writer.namespace.items() if k not in writer.own}
    values = {p: _copy(writer.namespace[g]) for p, g in zip(parameters, given, strict=True)}
    inner = Writer(rng, {**shared_names, **values}, "u", [], list(parameters))
    for _ in range(rng.randrange(1, 4)):
        rng.choices((expression, in_place, shared, branch, loop), (7, 2, 1, 1, 1))[0](inner)
    results = [n for n in inner.own if n not in parameters and shown(inner.namespace.get(n))][-2:] or parameters[:1]
    signature = list(parameters)
    if rng.random() < 0.3:
        signature.append("scale=1.0")
        results[-1] = (
            f"{results[-1]} * scale" if isinstance(inner.namespace.get(results[-1]), torch.Tensor) else results[-1]
        )
    definition = [f"def {name}({', '.join(signature)}):", *indented([*inner.lines, f"return {', '.join(results)}"])]
    try:
        exec("\n".join(definition), writer.namespace)
    except Exception:
        return False
    done = False
    others = [writer.pick(_like(writer.namespace[name])) or name for name in given]
    for arguments in (given, others):
        call = f"{name}({', '.join(arguments)})"
        if rng.random() < 0.2:
            call = f"{name}({', '.join(f'{p}={a}' for p, a in zip(parameters, arguments, strict=True))})"
        done = bool(writer.bind(call)) or done
    if done:
        top.append("\n".join(definition))
    return done


def _like(value: torch.Tensor) -> Callable[[object], bool]:
    return lambda other: isinstance(other, torch.Tensor) and other.dtype == value.dtype


def _copy(value: object) -> object:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


BLOCKS: tuple[tuple[Callable[[Writer], bool], int], ...] = (
    (expression, 12), (in_place, 3), (shared, 3), (unpacked, 2), (branch, 2), (loop, 2),
)  # fmt: skip
