"""Where a new module goes: the expression that is it, and the name it goes by."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.train_default.follows import SETS_MODE, Follows
from torch2ms.rewrite.rules.train_default.made import COLLECTIONS, Maker
from torch2ms.rewrite.rules.train_default.owners import Owners
from torch2ms.source import kinds as k
from torch2ms.source.members import GIVE_THEIR_MODULE

_KEEPS_MODE = frozenset({"to", "cuda", "cpu", "float", "double", "half", "bfloat16", "type", "apply", "requires_grad_"})
# Members of a module for which its mode does not matter.
_PLAIN_MEMBERS = frozenset(
    "parameters named_parameters buffers named_buffers state_dict load_state_dict extra_repr __class__ __name__ "
    "weight bias in_features out_features in_channels out_channels".split()
)
_LOOKING = frozenset({"print", "isinstance", "issubclass", "len", "type", "id", "repr", "str", "hasattr", "callable"})
_GROWING = frozenset({"append", "insert", "extend", "add_module", "register_module", "add", "setdefault"})
_LITERALS = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.GeneratorExp, ast.DictComp)
_PARALLEL = ("torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.nn.parallel.DistributedDataParallel")


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A new module whose mode may have to be set.

    `how`: it is the value of a name or attribute (`named`), is collected under one with others or under a condition
    (`held`), is called where it is made (`called`), or is used in another way (`used`).
    """

    node: ast.expr
    stmt: ast.stmt
    how: Literal["named", "held", "called", "owned", "used"]
    name: str = ""


class Places:
    """Follows new modules to the places they go to."""

    def __init__(self, ctx: FileContext, maker: Maker, owners: Owners, follows: Follows) -> None:
        self.ctx = ctx
        self.maker = maker
        self.owners = owners
        self.follows = follows
        self._free: dict[ast.AST, bool] = {}

    def spot(self, call: ast.Call, stmt: ast.stmt) -> Spot | None:
        """Where a new module goes; None if a call sets its mode there, or nothing depends on it."""
        node: ast.expr = call
        child: ast.AST = call
        pair: int | None = None
        is_plain = True
        while True:
            up = self.ctx.parents.of(child)
            if up is None or isinstance(up, ast.stmt):
                break
            if is_plain and isinstance(up, ast.Attribute):
                outer = self.ctx.call_of(up)
                if up.attr in SETS_MODE and outer is not None:
                    return None
                if up.attr in _PLAIN_MEMBERS:
                    return None
                if up.attr not in _KEEPS_MODE or outer is None:
                    return Spot(node, stmt, "used")
                node = child = outer
                continue
            if isinstance(up, ast.Call):
                if up.func is child:
                    return Spot(node, stmt, "called" if is_plain else "used")
                if is_plain and (self._is_parallel(up) or (up.args[:1] == [child] and self._gives_its_module(up))):
                    node = child = up
                    continue
                passed = self._passed(node, stmt, up, child)
                if passed is not True:
                    return passed
            elif isinstance(up, ast.NamedExpr):
                return Spot(node, stmt, "used")
            elif isinstance(up, (ast.IfExp, ast.BoolOp, ast.keyword, ast.Starred, ast.BinOp)):
                if isinstance(up, ast.IfExp) and up.test is child:
                    return None
                if isinstance(up, ast.keyword):
                    outer_call = self.ctx.parents.of(up)
                    if not isinstance(outer_call, ast.Call):
                        return Spot(node, stmt, "used")
            elif isinstance(up, ast.Tuple) and is_plain:
                pair = next(i for i, one in enumerate(up.elts) if one is child)
            elif isinstance(up, (ast.Compare, ast.FormattedValue, ast.UnaryOp)):
                return None
            elif not isinstance(up, (ast.Tuple, ast.Lambda, *_LITERALS)):
                return Spot(node, stmt, "used")
            child = up
            is_plain = False
        return self._of_statement(node, stmt, child, is_plain, pair)

    def _of_statement(
        self, node: ast.expr, stmt: ast.stmt, value: ast.AST, is_plain: bool, pair: int | None
    ) -> Spot | None:
        match stmt:
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]) if stmt.value is value:
                return Spot(node, stmt, "named" if is_plain else "held", self.ctx.text(target))
            case ast.Assign(targets=[ast.Tuple(elts=targets) | ast.List(elts=targets)]) if pair is not None:
                one = targets[pair] if pair < len(targets) else None
                if isinstance(one, (ast.Name, ast.Attribute)):
                    return Spot(node, stmt, "held", self.ctx.text(one))
            case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target) if stmt.value is value:
                return Spot(node, stmt, "named" if is_plain else "held", self.ctx.text(target))
            case ast.AugAssign(target=ast.Name() | ast.Attribute() as target):
                return Spot(node, stmt, "held", self.ctx.text(target))
            case ast.Expr() if is_plain:
                return None
            case ast.If() | ast.While() | ast.Assert():
                return None
        return Spot(node, stmt, "used")

    def _passed(self, node: ast.expr, stmt: ast.stmt, call: ast.Call, child: ast.AST) -> Spot | Literal[True] | None:
        """An argument of a call: True if the call gives a collection of what it is given."""
        func = call.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        made = self.maker.made(call)
        if made is not None:
            return Spot(node, stmt, "owned" if self.maker.is_all_new(made) else "used")
        if isinstance(func, ast.Name) and name in _LOOKING:
            return None
        if name in COLLECTIONS:
            return True
        if name in _GROWING and isinstance(func, ast.Attribute):
            return Spot(node, stmt, "held", self.ctx.text(func.value))
        if isinstance(func, ast.Name) and name == "setattr" and call.args:
            return Spot(node, stmt, "held", self.ctx.text(call.args[0]))
        return None if self.follows.sets_argument(call, child) else Spot(node, stmt, "used")

    def _is_parallel(self, call: ast.Call) -> bool:
        use = self.ctx.site(call.func)
        return use is not None and use.name in _PARALLEL and self.ctx.outcome(use) is not Outcome.MANUAL

    def _gives_its_module(self, call: ast.Call) -> bool:
        """Whether a call gives the layer it is given: `spectral_norm(nn.Linear(2, 3))`."""
        use = self.ctx.site(call.func)
        return use is not None and use.name in GIVE_THEIR_MODULE and self.ctx.outcome(use) is not Outcome.MANUAL

    # ------------------------------------------------------------------ parts of modules

    def is_part(self, stmt: ast.stmt) -> bool:
        """Whether a statement belongs to the building of a module, directly or in a function that builders call."""
        if self.owners.builds_parts(stmt):
            return True
        function = self.ctx.blocks.function(stmt)
        return function is not None and self._is_builder(function)

    def _is_builder(self, function: ast.AST) -> bool:
        """Whether all that call a function build parts of modules; somebody does."""
        if function not in self._free:
            self._free[function] = True
            calls = self._callers.get(function, [])
            self._free[function] = not calls or not all(self._is_building_call(call) for call in calls)
        return not self._free[function]

    def _is_building_call(self, call: ast.Call) -> bool:
        stmt = self.ctx.stmt(call)
        if self.is_part(stmt):
            return True
        spot = self.spot(call, stmt)
        if spot is None or spot.how == "owned":
            return spot is not None
        return spot.how in ("named", "held") and self.follows.goes_into_owner(stmt, spot.name)

    @cached_property
    def _callers(self) -> dict[ast.AST, list[ast.Call]]:
        """The functions of the file, each with the calls of it."""
        found: dict[ast.AST, list[ast.Call]] = {}
        for call, callee in self.ctx.facts.calls.items():
            kind = k.settle(callee)
            if isinstance(kind, k.FuncRef):
                found.setdefault(kind.func.node, []).append(call)
        return found
