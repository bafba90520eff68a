"""Patterns of einops against einops itself, on arrays: what is refused, and what the written methods compute."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import einops
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torch2ms.rewrite.rules.einops.chosen import best, stacked, with_names
from torch2ms.rewrite.rules.einops.pattern import Operation, PatternError, parse, parse_einsum, parse_names
from torch2ms.rewrite.rules.einops.steps import sequences
from torch2ms.rewrite.rules.einops.written import NotWritten, Writer

_FLOATS = ("sum", "mean", "max", "min", "prod", "any", "all")


class Array:
    """An array with the methods of a tensor that are written, as MindSpore has them."""

    def __init__(self, value: np.ndarray) -> None:
        self.value = value
        self.shape, self.ndim = value.shape, value.ndim

    def reshape(self, *shape: Any) -> Array:
        return Array(self.value.reshape(*shape))

    def flatten(self, *, start_dim: int, end_dim: int = -1) -> Array:
        start, end = start_dim % self.ndim, end_dim % self.ndim
        size = int(np.prod(self.shape[start : end + 1]))
        return Array(self.value.reshape((*self.shape[:start], size, *self.shape[end + 1 :])))

    def squeeze(self, axis: int | tuple[int, ...]) -> Array:
        return Array(self.value.squeeze(axis))

    def unsqueeze(self, axis: int) -> Array:
        return Array(np.expand_dims(self.value, axis))

    def __getitem__(self, index: Any) -> Array:
        return Array(self.value[index])

    def permute(self, *order: int) -> Array:
        assert sorted(order) == list(range(self.ndim)) and list(order) != sorted(order)
        return Array(self.value.transpose(order))

    def swapaxes(self, first: int, second: int) -> Array:
        assert first % self.ndim != second % self.ndim
        return Array(self.value.swapaxes(first, second))

    def movedim(self, source: int, target: int) -> Array:
        return Array(np.moveaxis(self.value, source, target))

    def tile(self, factors: tuple[int, ...]) -> Array:
        return Array(np.tile(self.value, factors))

    def broadcast_to(self, shape: tuple[int, ...]) -> Array:
        new = len(shape) - self.ndim
        assert -1 not in shape[:new]
        sizes = [self.shape[i - new] if size == -1 else size for i, size in enumerate(shape)]
        return Array(np.broadcast_to(self.value, sizes))

    def astype(self, dtype: type) -> Array:
        return Array(self.value.astype(dtype))

    def _reduced(self, name: str, axis: Any = None, keep_them: bool = False, **keep: bool) -> Array:
        assert not (isinstance(axis, tuple) and name == "prod")
        return Array(np.asarray(getattr(np, name)(self.value, axis=axis, keepdims=any((keep_them, *keep.values())))))

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **keep: self._reduced({"amax": "max", "amin": "min"}.get(name, name), *args, **keep)


class MindSpore:
    """What the text names of MindSpore."""

    bool_ = bool

    @staticmethod
    def stack(arrays: list[Array], axis: int = 0) -> Array:
        return Array(np.stack([array.value for array in arrays], axis))


def run(text: str, x: object, sizes: Mapping[str, int], names: tuple[str, ...] = ()) -> np.ndarray:
    """What a text computes."""
    scope: dict[str, object] = {f"s_{axis}": size for axis, size in sizes.items()}
    scope |= {"x": x, "ms": MindSpore, "ops": MindSpore}
    if names:
        assert isinstance(x, Array)
        scope |= dict(zip(names, x.shape, strict=True))
    result = eval(re.sub(r"\{(\w+)\}", r"\1", text), scope)
    assert isinstance(result, Array)
    return result.value


@dataclass(frozen=True)
class Example:
    """A call of einops: `sizes` are given, `lengths` are those of all axes, and what an ellipsis stands for."""

    text: str
    operation: Operation
    sizes: dict[str, int]
    shape: tuple[int, ...]
    reduction: str = ""

    def expected(self, x: np.ndarray) -> np.ndarray:
        if self.operation == "reduce":
            result = np.asarray(einops.reduce(x, self.text, self.reduction, **self.sizes))
            return result.astype(bool) if self.reduction in ("any", "all") else result
        return getattr(einops, self.operation)(x, self.text, **self.sizes)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Any call einops takes, with up to five axes, an ellipsis, dimensions of size 1 and merged axes."""
    operation: Operation = draw(st.sampled_from(["rearrange", "reduce", "repeat"]))
    axes = draw(st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True))
    lengths = {axis: draw(st.integers(1, 4)) for axis in axes}
    has_ellipsis = draw(st.booleans())
    rest = draw(st.lists(st.integers(1, 3), max_size=2)) if has_ellipsis else []
    left_axes = [*axes, *(["..."] if has_ellipsis else [])]
    left_axes = draw(st.permutations(left_axes))
    right_axes = list(draw(st.permutations(left_axes))) if draw(st.booleans()) else list(left_axes)
    sizes: dict[str, int] = {}
    if operation == "reduce":
        right_axes = [axis for axis in right_axes if draw(st.booleans())]
    if operation == "repeat":
        for axis in draw(st.lists(st.sampled_from(["x", "y", "2", "3"]), max_size=2, unique=True)):
            right_axes.insert(draw(st.integers(0, len(right_axes))), axis)
            if axis.isalpha():
                sizes[axis] = lengths[axis] = draw(st.integers(1, 3))
    left, groups = _side(draw, left_axes, merges_ellipsis=False)
    right, _ = _side(draw, right_axes, merges_ellipsis=True)
    shape: list[int] = []
    for group in groups:
        if group == ["..."]:
            shape += rest
        else:
            shape.append(int(np.prod([lengths[axis] for axis in group])))
            free = draw(st.sampled_from(group)) if group else None
            sizes |= {axis: lengths[axis] for axis in group if axis != free or draw(st.integers(0, 3)) == 0}
    reduction = draw(st.sampled_from(_FLOATS)) if operation == "reduce" else ""
    return Example(f"{left} -> {right}", operation, sizes, tuple(shape), reduction)


def _side(draw: st.DrawFn, axes: list[str], merges_ellipsis: bool) -> tuple[str, list[list[str]]]:
    """One side as text, and its dimensions."""
    groups: list[list[str]] = []
    texts: list[str] = []
    while True:
        if draw(st.integers(0, 5)) == 0:
            groups.append([])
            texts.append(draw(st.sampled_from(["1", "()"])))
        if not axes:
            return " ".join(texts), groups
        count = draw(st.sampled_from([1, 1, 1, 2, 3]))
        group = list(axes[:count])
        if "..." in group and not merges_ellipsis:
            group = ["..."] if group[0] == "..." else group[: group.index("...")]
        axes = axes[len(group) :]
        groups.append(group)
        alone = len(group) == 1 and (group != ["..."] or not merges_ellipsis or draw(st.booleans()))
        texts.append(group[0] if alone else f"({' '.join(group)})")


def _array(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


@settings(max_examples=200, deadline=None)
@given(examples())
def test_every_way_to_write_a_pattern_computes_what_einops_does(example: Example) -> None:
    x = _array(example.shape)
    expected = example.expected(x)
    pattern = parse(example.text, example.operation, example.sizes)
    constants = {axis: ast.Name(axis) for axis in example.sizes}
    for has_shape, named in ((True, False), (False, False), (True, True)):
        writer = Writer(pattern, constants, example.reduction, has_shape, named)
        if named and not writer.may_be_named():
            continue
        for steps in sequences(pattern):
            try:
                written = writer.write(steps)
            except NotWritten:
                continue
            assert has_shape or written.uses == 1
            result = run(written.text, Array(x), example.sizes, written.names)
            assert result.shape == expected.shape, written.text
            np.testing.assert_allclose(result.astype(expected.dtype), expected, err_msg=written.text)


@settings(max_examples=60, deadline=None)
@given(examples())
def test_lists_are_stacked_along_the_axis_that_saves_steps(example: Example) -> None:
    if not example.shape or not example.shape[0] or example.text.startswith(("(", "...")):
        return
    x = _array(example.shape)
    pattern = parse(example.text, example.operation, example.sizes)
    found = stacked(pattern, {axis: ast.Name(axis) for axis in example.sizes}, example.reduction)
    if found is not None:
        axis, written = found
        result = run(written.text, MindSpore.stack([Array(part) for part in x], axis), example.sizes)
        expected = example.expected(x)
        np.testing.assert_allclose(result.astype(expected.dtype), expected)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab12()._->, …c", max_size=14), st.sampled_from(["rearrange", "reduce", "repeat"]))
def test_what_einops_refuses_is_refused(text: str, operation: Operation) -> None:
    text = text if "->" in text else f"{text}->{text}"
    try:
        parse(text, operation, {"c"} if "c" in text else ())
    except PatternError:
        return
    groups = text.partition("->")[0]
    rank = len(parse(text, operation, None).left)
    x = np.zeros((1,) * rank)
    sizes = {"c": 1} if "c" in text else {}
    assert "…" in groups or "…" in text or _takes(x, text, operation, sizes)


def _takes(x: np.ndarray, text: str, operation: Operation, sizes: dict[str, int]) -> bool:
    """Whether einops takes a pattern, though not for this shape."""
    try:
        arguments = (x, text, "sum") if operation == "reduce" else (x, text)
        getattr(einops, operation)(*arguments, **sizes)
    except einops.EinopsError as error:
        return "Shape mismatch" in str(error)
    return True


@pytest.mark.parametrize(
    "text, operation, sizes, message",
    [
        ("b c h w", "rearrange", (), "no left and right side"),
        ("a -> b", "rearrange", (), "it has a and b on one side only"),
        ("a b -> a", "rearrange", (), "it has b on one side only"),
        ("a a -> a", "rearrange", (), "a twice"),
        ("(a (b)) -> a b", "rearrange", ("a",), "parentheses in parentheses"),
        ("(a b -> a b", "rearrange", ("a",), "not balanced"),
        ("a b) -> a b", "rearrange", (), "not balanced"),
        ("(a b) -> a b", "rearrange", (), "cannot be told from one dimension"),
        ("a 2 -> a", "rearrange", (), "no numbers but 1"),
        ("a b -> a b c", "reduce", (), "it has c on its right side only"),
        ("a b -> a", "repeat", (), "it has b on its left side only"),
        ("a -> a b", "repeat", (), "no size is given for b"),
        ("a -> a 3", "reduce", (), "it has 3 on its right side only"),
        ("a -> a", "rearrange", ("b",), "it has no b, for which a size is given"),
        ("a -> a ...", "repeat", (), "ellipsis on its right side only"),
        ("(a ...) -> a ...", "rearrange", (), "ellipsis in parentheses"),
        ("a .. -> a ..", "rearrange", (), "dots that are no ellipsis"),
        ("a_ -> a_", "rearrange", (), "a_ is no name"),
        ("a, b -> b a", "rearrange", (), "the character ','"),
        ("a 0 -> a", "reduce", (), "size 0"),
    ],
)
def test_messages(text: str, operation: Operation, sizes: tuple[str, ...], message: str) -> None:
    with pytest.raises(PatternError, match=re.escape(message)):
        parse(text, operation, sizes)


@pytest.mark.parametrize(
    "text, operation, sizes, expected",
    [
        ("b n (h d) -> b h n d", "rearrange", ["h"], "{x}.reshape(*{x}.shape[:2], {s_h}, -1).swapaxes(1, 2)"),
        ("b h n d -> b n (h d)", "rearrange", [], "{x}.swapaxes(1, 2).flatten(start_dim=2)"),
        ("b c h w -> b (h w) c", "rearrange", [], "{x}.flatten(start_dim=2).swapaxes(1, 2)"),
        ("b h w c -> b c h w", "rearrange", [], "{x}.permute(0, 3, 1, 2)"),
        ("b j -> b 1 1 j", "rearrange", [], "{x}[:, None, None]"),
        ("b 1 n -> b n 1", "rearrange", [], "{x}.swapaxes(1, 2)"),
        ("... d -> ... 1 d", "rearrange", [], "{x}.unsqueeze(-2)"),
        ("... (d r) -> r ... d", "rearrange", ["r"], "{x}.reshape(*{x}.shape[:-1], -1, {s_r}).movedim(-1, 0)"),
        ("a b -> a b", "rearrange", [], "{x}"),
        ("1 n d -> b n d", "repeat", ["b"], "{x}.broadcast_to(({s_b}, -1, -1))"),
        ("n d -> b n d", "repeat", ["b"], "{x}.tile(({s_b}, 1, 1))"),
        ("b n -> b k n", "repeat", ["k"], "{x}.unsqueeze(1).broadcast_to((-1, {s_k}, -1))"),
        ("b (h 2) (w 2) -> b h w", "mean", [], "{x}.reshape({x}.shape[0], {x}.shape[1] // 2, 2, -1, 2).mean((2, 4))"),
        ("b c h w -> b c 1 1", "mean", [], "{x}.mean((2, 3), keep_dims=True)"),
        ("b c h w -> b c 1 1", "max", [], "{x}.amax((2, 3), True)"),
        ("b ... -> b", "max", [], "{x}.reshape({x}.shape[0], -1).amax(1)"),
    ],
)  # fmt: skip
def test_what_reads_best(text: str, operation: str, sizes: list[str], expected: str) -> None:
    kind: Operation = "reduce" if operation in _FLOATS else "repeat" if operation == "repeat" else "rearrange"
    given_sizes = {axis: ast.Name(axis) for axis in sizes}
    written = best(parse(text, kind, sizes), given_sizes, operation, has_name=True)
    assert written is not None and written.text == expected


def test_many_sizes_get_names() -> None:
    pattern = parse("b c (h p) (w q) -> b (h w) (p q c)", "rearrange", ["p", "q"])
    sizes = {"p": ast.Name("p"), "q": ast.Name("q")}
    plain = best(pattern, sizes, "", has_name=True)
    assert plain is not None
    named = with_names(pattern, sizes, "", plain)
    assert named is not None and named.names == ("b", "c", "h", "_")
    assert named.text == (
        "{x}.reshape(b, c, h // {s_p}, {s_p}, -1, {s_q}).permute(0, 2, 4, 3, 5, 1).reshape(b, -1, {s_p} * {s_q} * c)"
    )


def test_a_size_that_costs_something_is_not_written_twice() -> None:
    pattern = parse("b (n k) -> (b n) (k n2)", "repeat", ["n", "n2"])
    call = ast.parse("count()", mode="eval").body
    written = best(pattern, {"n": call, "n2": ast.Constant(2)}, "", has_name=True)
    assert written is None or written.text.count("{s_n}") == 1


def test_names_of_a_shape() -> None:
    assert parse_names("b _ h ... 1 w") == {"b": 0, "h": 2, "w": -1}
    with pytest.raises(PatternError):
        parse_names("b b")


def test_einsum() -> None:
    assert parse_einsum("b head i, i j -> b j") == ([["b", "head", "i"], ["i", "j"]], ["b", "j"])
    for wrong in ("a b, b c", "(a b), b -> a", "a 2 -> a", "a -> b"):
        with pytest.raises(PatternError):
            parse_einsum(wrong)
