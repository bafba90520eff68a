"""Calls `set_train()` on new modules where it matters: a new torch Module is in training mode, a new Cell is not.

What a module builds of parts, in its `__init__` and in the functions this calls, is reached by the module's own mode.
A module whose mode is set before it is used stays as it is.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Around, AsList, CallEdit, StmtDelete, StmtReplace, Template
from torch2ms.rewrite.rules.train_default.follows import Follows
from torch2ms.rewrite.rules.train_default.made import Made, Maker
from torch2ms.rewrite.rules.train_default.owners import Owners
from torch2ms.rewrite.rules.train_default.places import Places, Spot
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class
from torch2ms.source.neighbours import ModeUse

_SITE = "torch.nn.Module.__init__"
_OF_MODULES = frozenset({"parameters", "named_parameters", "modules", "named_modules", "children", "named_children"})
_TARGET = "mindspore.nn.Cell.set_train"


def _finish(ctx: FileContext) -> None:
    """Set the mode of new modules that no other module owns, when it matters for them."""
    if ctx.uses_mindspore or not (ctx.facts.classes or any(_is_of_module(ctx, use.name) for use in ctx.sites())):
        return
    maker, owners = Maker(ctx), Owners(ctx)
    follows = Follows(ctx, maker)
    places = Places(ctx, maker, owners, follows)
    asked = _asked(ctx)
    for call in ctx.facts.calls:
        made = maker.made(call)
        if made is None:
            _check_factory(ctx, maker, places, call)
            _check_lookup(ctx, maker, places, follows, call)
            continue
        # A container of modules that are there already leaves each its mode.
        matters = maker.matters(made)
        if not (matters or asked) or not maker.is_all_new(made) or any(map(maker.sets_own_mode, made.classes)):
            continue
        spot = places.spot(call, made.stmt)
        if spot is None or spot.how == "owned":
            continue
        if not matters and (ctx.facts.owners.get(made.stmt), spot.name) not in asked:
            continue
        if spot.how != "called" and places.is_part(made.stmt) and not _is_on_its_own(ctx, spot, follows):
            continue
        if spot.how == "held" and follows.goes_into_owner(made.stmt, spot.name):
            continue
        if spot.name and follows.is_set(made.stmt, spot.name):
            continue
        if maker.outer_mode(made) is ModeUse.SET:
            use = ctx.site(call) or ctx.add_site(call, _SITE, made.stmt)
            what = ctx.text(call.func)
            message = f"a new {what} is in eval mode; it sets the mode of parts itself, which set_train() would change"
            ctx.check(use, "", message, hint="set the modes of its parts")
        else:
            _write(ctx, made, spot, _Parts.of(maker, made, owners.building))


def _asked(ctx: FileContext) -> set[tuple[k.FuncInfo | None, str]]:
    """The modules whose mode is read from outside of them, by function and name: `net.training`, `net.fc.training`."""
    found = set()
    for node, kind in ctx.facts.attributes.items():
        if node.attr == "training" and isinstance(node.ctx, ast.Load) and isinstance(k.settle(kind), k.Module):
            root = node.value
            while isinstance(root, (ast.Attribute, ast.Subscript)):
                root = root.value
            if isinstance(root, ast.Name) and root.id != "self":
                found.add((ctx.facts.owners.get(ctx.parents.stmt(node)), root.id))
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """What `set_train()` of a new module reaches and torch leaves in evaluation mode."""

    own: list[str]
    given: list[str]
    is_all: bool

    @classmethod
    def of(cls, maker: Maker, made: Made, building: frozenset[str]) -> _Parts:
        """The parts of a new module."""
        if len(made.classes) == 1:
            own, is_all = maker.parts_in_eval(made.classes[0], building)
        else:
            own, is_all = [], all(maker.parts_in_eval(one, building) == ([], True) for one in made.classes)
        return cls(own, maker.given_in_eval(made), is_all)


def _is_of_module(ctx: FileContext, name: str) -> bool:
    return name.startswith("torch.nn.") or name in ctx.tables.outside


def _is_on_its_own(ctx: FileContext, spot: Spot, follows: Follows) -> bool:
    """Whether the mode of a part has to be set where it is made.

    A plain list, tuple or dict of a module is not reached by the module's mode, and what runs while the module is built
    does so before that is set.
    """
    if spot.how == "named":
        return follows.is_run_at_once(spot.stmt, spot.name)
    if spot.how != "held" or not spot.name.startswith("self."):
        return False
    match spot.stmt:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=held))) | ast.AugAssign(target=held):
            return isinstance(ctx.kind(held), (k.Seq, k.Mapping_))
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return isinstance(value, (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp))
    return False


def _write(ctx: FileContext, made: Made, spot: Spot, parts: _Parts) -> None:
    """Set the mode of a module, in a line of its own where it has a name."""
    doubt = ""
    if spot.how == "named":
        if any(isinstance(plan, (StmtDelete, StmtReplace)) for plan in ctx.stmt_plans(spot.stmt)):
            return
        lines = [f"{spot.name}.set_train()"]
        lines += [f"{spot.name}.{part}.set_train(False)" for part in parts.own]
        lines += [f"{name}.set_train(False)" for name in parts.given]
        ctx.insert(spot.stmt, "after", ctx.template("\n".join(lines)))
    else:
        if not _stays(ctx, spot):
            return
        _append(ctx, spot.node)
        if parts.own or parts.given:
            doubt = f"set_train() reaches {', '.join((*parts.own, *parts.given))} too, which torch leaves in eval mode"
    if not parts.is_all:
        doubt = "set_train() reaches parts too that are put into eval mode where the module is built"
    elif any(cls.method("train") is not None for cls in made.classes):
        doubt = "set_train() runs the train() of the class, which torch does not call for a new module"
    if doubt:
        use = ctx.site(spot.node) or ctx.add_site(spot.node, _SITE, spot.stmt)
        ctx.check(use, _TARGET, doubt, hint="set the mode of these parts after it")
    else:
        ctx.structural(spot.node, spot.stmt, _SITE, _TARGET)


def _check_factory(ctx: FileContext, maker: Maker, places: Places, call: ast.Call) -> None:
    """`map(Net, sizes)`, `field(default_factory=Net)`: the class is called where its mode cannot be set."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    values = [keyword.value for keyword in call.keywords if keyword.arg == "default_factory"]
    if name in ("map", "defaultdict") and call.args:
        values.append(call.args[0])
    for value in values:
        kind = ctx.kind(value)
        if isinstance(kind, k.ClassRef) and is_module_class(kind.cls, ctx.know) and maker.of_class(kind.cls):
            if not places.is_part(ctx.stmt(call)):
                use = ctx.site(value) or ctx.add_site(value, _SITE, ctx.stmt(call))
                text = ctx.text(value)
                ctx.check(
                    use, "", f"{name}() makes objects of {text} in eval mode", hint=f"lambda: {text}().set_train()"
                )


def _check_lookup(ctx: FileContext, maker: Maker, places: Places, follows: Follows, call: ast.Call) -> None:
    """`getattr(models, name)()`: what makes the module is known only when the program runs."""
    func = call.func
    callees = maker.callees(call) if isinstance(func, (ast.Subscript, ast.Call, ast.Name)) else []
    classes = [kind.cls for kind in callees if isinstance(kind, k.ClassRef) and is_module_class(kind.cls, ctx.know)]
    is_getattr = isinstance(func, ast.Call) and isinstance(func.func, ast.Name) and func.func.id == "getattr"
    is_looked_up = all(kind is k.UNKNOWN for kind in callees) and (is_getattr or isinstance(func, ast.Subscript))
    if not is_looked_up and not any(map(maker.of_class, classes)):
        return
    stmt = ctx.stmt(call)
    spot = places.spot(call, stmt)
    if spot is None or spot.how == "owned" or places.is_part(stmt):
        return
    if not classes and not _is_module(ctx, call, spot) and not _is_of_this_file(ctx, maker, func):
        return
    if not (spot.name and follows.is_set(stmt, spot.name)):
        use = ctx.add_site(call, _SITE, stmt)
        what = ast.unparse(func)
        ctx.check(use, "", f"if {what} is a class, its objects are in eval mode", hint="call set_train() on the result")


def _is_of_this_file(ctx: FileContext, maker: Maker, func: ast.expr) -> bool:
    """Whether `globals()[name]` may be a class of the file for which the mode matters."""
    holder = func.args[0] if isinstance(func, ast.Call) and func.args else getattr(func, "value", None)
    if holder is None or ctx.kind(holder) is not k.FILE:
        return False
    return any(is_module_class(cls, ctx.know) and maker.of_class(cls) for cls in ctx.facts.classes)


def _is_module(ctx: FileContext, call: ast.Call, spot: Spot) -> bool:
    """Whether a call gives a module, as far as its kind or what is asked of its result tells."""
    if isinstance(ctx.kind(call), k.Module):
        return not isinstance(ctx.kind(call.func), k.Module)
    loads = ctx.blocks.loads(spot.name, ctx.blocks.scope(spot.stmt)) if spot.how == "named" else ()
    parents = (ctx.parents.of(node) for node, _ in loads)
    return any(isinstance(parent, ast.Attribute) and parent.attr in _OF_MODULES for parent in parents)


def _stays(ctx: FileContext, spot: Spot) -> bool:
    """Whether the expression is still there after what the other rules planned."""
    plan = ctx.plan(spot.node)
    if isinstance(plan, (AsList, Around)):
        return False  # no module comes of that
    ctx.unplan(spot.node)
    stays = ctx.survives(spot.node, spot.stmt)
    if plan is not None:
        ctx.replace(spot.node, plan)
    return stays


def _append(ctx: FileContext, node: ast.expr) -> None:
    """`Net()` becomes `Net().set_train()`, whatever else it becomes."""
    plan = ctx.plan(node)
    if isinstance(plan, Template):
        ctx.replace(node, Template("{module}.set_train()", {"module": plan}))
    else:
        edit = plan if isinstance(plan, CallEdit) else CallEdit()
        ctx.replace(node, CallEdit(edit.func, edit.args, "set_train"))


RULE = Rule(finish=_finish)
