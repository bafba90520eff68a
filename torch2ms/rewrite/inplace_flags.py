"""Whether layers and functions are told to work in place, by the flags that their calls give them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import Enum

from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.rewrite.layer_places import LayerPlaces
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts

# The position of `inplace` among the arguments of layers, where it is not the first one, and of functions.
LAYER_POSITIONS = {
    **dict.fromkeys(
        "LeakyReLU ELU CELU Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split(), 1
    ),
    **dict.fromkeys("Hardtanh Threshold RReLU".split(), 2),
}
_FUNCTION_POSITIONS = {
    **dict.fromkeys("leaky_relu elu celu".split(), 2),
    **dict.fromkeys("hardtanh threshold dropout dropout1d dropout2d dropout3d alpha_dropout".split(), 3),
    "rrelu": 4,
    **dict.fromkeys("relu relu6 selu silu mish hardswish hardsigmoid".split(), 1),
    "feature_alpha_dropout": 3,
}
IN_PLACE_LAYERS = frozenset("ReLU ReLU6 SiLU Hardswish Hardsigmoid Mish SELU".split()) | frozenset(LAYER_POSITIONS)


class Begins(Enum):
    """Whether what is called changes its input."""

    APART = "it makes something new"
    MAYBE = "it changes its input on some paths"
    IN_PLACE = "it changes its input"


def any_of(found: Iterable[Begins]) -> Begins:
    """What holds of one of several, which one being unknown."""
    every = set(found) or {Begins.APART}
    return every.pop() if len(every) == 1 else Begins.MAYBE


class InplaceFlags:
    """The flags `inplace` of one file."""

    def __init__(self, facts: Facts, places: LayerPlaces) -> None:
        self._facts = facts
        self._places = places
        self._asked: set[ast.expr] = set()
        """What is being looked for: a name may be given what it holds."""

    def flag(self, call: ast.Call, position: int) -> Begins:
        """Whether `inplace` is given as true, or as something that is true unless somebody says otherwise.

        `position`: where it is given without its name; -1 if it never is.
        """
        given = inplace_given(call, position)
        stmt = self._facts.stmts.get(call)
        owner = None if stmt is None else self._facts.owners.get(stmt)
        if given is not None:
            return self.truth(given, owner)
        unseen = [keyword.value for keyword in call.keywords if keyword.arg is None]
        if len(unseen) == 1 and owner in self._places.called and is_rest(unseen[0], owner):
            passed = self._places.passed.get((owner, "inplace"), ())
            return any_of([*(self.truth(value, of) for value, of in passed), Begins.APART])
        return Begins.MAYBE if unseen else Begins.APART

    def truth(self, given: ast.expr, owner: k.FuncInfo | None) -> Begins:
        """Whether an expression in a function is true."""
        if isinstance(given, ast.Constant):
            return Begins.IN_PLACE if given.value else Begins.APART
        if given in self._asked:
            return Begins.MAYBE
        self._asked.add(given)
        found = any_of(self._truths(given, owner))
        self._asked.discard(given)
        return found

    def _truths(self, given: ast.expr, owner: k.FuncInfo | None) -> Iterator[Begins]:
        """Whether what an expression may be is true."""
        values: list[tuple[ast.expr, k.FuncInfo | None]] = []
        if isinstance(given, ast.Name):
            if owner is not None and given.id in owner.params:
                default = default_of(owner.node.args, given.id)
                values += [] if default is None else [(default, None)]
                if default is not None and self._is_told_elsewhere(owner):
                    yield Begins.MAYBE
                values += self._places.passed.get((owner, given.id), ())
            else:
                values += self._places.flags.get((owner, given.id)) or self._places.flags.get((None, given.id)) or ()
        elif isinstance(given, ast.Attribute) and isinstance(given.value, ast.Name) and given.value.id == "self":
            for cls in () if owner is None or owner.cls is None else owner.cls.mro():
                values += self._places.flags.get((cls, given.attr), ())
        yield from (self.truth(value, of) for value, of in values)
        if not values:
            yield Begins.MAYBE

    def _is_told_elsewhere(self, function: k.FuncInfo) -> bool:
        """Whether another file of the package calls a function or class with `inplace=True`."""
        neighbours, node = self._facts.neighbours, function.node
        if neighbours is None or isinstance(node, ast.Lambda):
            return False
        is_init = function.cls is not None and node.name == "__init__"
        return neighbours.told_in_place(function.cls.name if is_init and function.cls is not None else node.name)

    def function_flag(self, node: ast.Call, name: str) -> Begins:
        """Whether a function of torch.nn.functional is told to work in place; `name` is its last name."""
        position = _FUNCTION_POSITIONS.get(name)
        return Begins.APART if position is None else self.flag(node, position)


def inplace_given(call: ast.Call, position: int) -> ast.expr | None:
    """What a call gives for `inplace`; `position`: where it stands without its name, -1 if it never does."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "inplace"), None)
    return call.args[position] if named is None and 0 <= position < len(call.args) else named


def is_rest(node: ast.expr, owner: k.FuncInfo) -> bool:
    """Whether a name is what a function is given by further keywords: its `**kwargs`."""
    rest = owner.node.args.kwarg
    return rest is not None and isinstance(node, ast.Name) and node.id == rest.arg
