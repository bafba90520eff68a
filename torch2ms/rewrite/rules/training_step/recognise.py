"""A training step: `loss.backward(); optimizer.step()` becomes a function, its gradients, and `optimizer(grads)`.

The statements that compute the loss move into `forward_fn`, which returns the loss and every name that is read later.
MindSpore takes the gradients of the optimizer's parameters, so a step is converted only where torch's gradients are
those of this one `backward()`: where they are reset, and nothing else reads or changes them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.analysis.flow import Flow, bound_names, loaded_names
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.carriers import MODULE_PLAIN, Carriers
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_CODE = "T2M401"
_HINT = "grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters); loss, grads = grad_fn(); optimizer(grads)"
_INSIDE = "compute {} in the function whose gradients are taken"
_VALUE_AND_GRAD = "mindspore.value_and_grad"
_OPTIMIZER = "mindspore.experimental.optim.Optimizer"
_CLIPS = frozenset(
    {"torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm", "torch.nn.utils.clip_grad_value_"}
)
_MODEL_CALL = re.compile(r"(model|net|module)\w*(\.forward)?$", re.IGNORECASE)
# Below this, `ops.clip_by_global_norm` and torch, which adds 1e-6 to the norm, differ visibly.
_COARSE_NORM = 0.2
_UNSAFE = (
    ast.Return,
    ast.Try,
    ast.TryStar,
    ast.Delete,
    ast.Global,
    ast.Nonlocal,
    ast.Import,
    ast.ImportFrom,
    ast.ClassDef,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.AsyncFor,
    ast.AsyncWith,
)


class _Refused(Exception):
    """Why a step is left as it is."""

    def __init__(self, reason: str, hint: str = _HINT) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(slots=True, eq=False)
class _Step:
    """A `backward()` and what belongs to it.

    The loss is computed in `block`, before `index`; there stands the backward, or the `if` that guards it.
    """

    backward: ast.Expr
    loss: ast.expr
    block: list[ast.stmt]
    index: int
    following: list[ast.stmt]
    guard: ast.If | None = None
    update: ast.Expr | None = None
    optimizer: ast.expr | None = None
    resets: list[ast.Expr] = field(default_factory=list)
    clips: list[Use] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubt: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """The statements that move into the function: its parameters, and what it returns besides the loss."""

    stmts: list[ast.stmt]
    params: tuple[str, ...]
    outputs: tuple[str, ...]


def _finish(rw: FileContext) -> None:
    """Convert the training steps of a file."""
    if not rw.uses_mindspore and "backward" in rw.source.text:
        _Steps(rw).run()


class _Steps:
    def __init__(self, rw: FileContext) -> None:
        self.rw = rw
        self.use_of = {use.node: use for use in rw.sites()}
        self.carriers = Carriers(rw, self.use_of)
        self.names = _all_names(rw.tree)
        self.taken: dict[ast.AST, set[str]] = {}
        # Where a name was computed inside a converted step: its value keeps the record of how.
        self.recorded: dict[ast.stmt, frozenset[str]] = {}

    def run(self) -> None:
        refused: dict[ast.AST, _Refused] = {}
        calls = [stmt for stmt in self.rw.blocks.places if isinstance(stmt, ast.Expr) and _method(stmt) == "backward"]
        for stmt in sorted(calls, key=lambda s: s.lineno):
            assert isinstance(stmt.value, ast.Call)
            loss = _receiver(stmt)
            kind = k.settle(self.rw.kind(loss))
            if isinstance(kind, (k.Module, k.Instance, k.Ref, k.Value, k.ClassRef)):
                continue
            if stmt.value.args and not k.is_tensor(kind):
                # `accelerator.backward(loss)` and the like
                continue
            place = self.rw.blocks.places[stmt]
            step = _Step(stmt, loss, place.block, place.index, self.rw.blocks.rest(stmt))
            self.find_guard(step)
            try:
                self.convert(step)
            except _Refused as refusal:
                self.refuse(step, refusal)
                refused[self.rw.blocks.scope(stmt)] = refusal
        self.keep_resets(refused)

    def refuse(self, step: _Step, refusal: _Refused) -> None:
        """Leave a step as it was, and say why at each of its parts."""
        rw = self.rw
        updates = [step.update] if step.update is not None else []
        for stmt in (step.backward, *updates, *step.resets):
            if rw.stmt_plans(stmt):
                rw.undelete_stmt(stmt)
            use = self.use_of.get(_callee(stmt))
            if use is not None:
                rw.manual(use, _CODE, refusal.reason, refusal.hint)

    def keep_resets(self, refused: dict[ast.AST, _Refused]) -> None:
        """Where a step stays, the resets around it stay too, whatever another rule said."""
        rw = self.rw
        for use in rw.sites():
            refusal = refused.get(rw.blocks.scope(use.stmt)) if use.name == "torch.nn.Module.zero_grad" else None
            if refusal is not None and rw.outcome(use) is Outcome.ADAPTED:
                rw.undelete_stmt(use.stmt)
                rw.manual(use, _CODE, refusal.reason, refusal.hint)

    # ------------------------------------------------------------------ recognising

    def convert(self, step: _Step) -> None:
        self.find_update(step)
        assert isinstance(step.backward.value, ast.Call)
        if step.backward.value.args or step.backward.value.keywords:
            raise _Refused("backward() is given arguments")
        if "scaler" in ast.unparse(step.loss):
            raise _Refused("the loss is scaled", "MindSpore scales the loss inside the differentiated function")
        if step.update is None or step.optimizer is None:
            raise _Refused("no optimizer.step() follows in the same block, gradients may accumulate")
        self.find_resets(step)
        self.check_gradients(step)
        self.check_optimizer(step)
        self.find_clips(step)
        segment = self.segment(step)
        self.plan(step, segment)

    def find_guard(self, step: _Step) -> None:
        """`if training: loss.backward(); ...`, the loss being computed before the `if`."""
        place = self.rw.blocks.places[step.backward]
        guard = place.owner
        if not isinstance(guard, ast.If) or place.block is not guard.body or guard.orelse:
            return
        if not isinstance(step.loss, ast.Name) or any(step.loss.id in bound_names(s) for s in place.block):
            return
        outer = self.rw.blocks.places[guard]
        step.guard, step.block, step.index = guard, outer.block, outer.index

    def find_update(self, step: _Step) -> None:
        """Find the `optimizer.step()` that belongs to a backward."""
        for stmt in step.following:
            if _contains_backward(stmt):
                if step.update is None:
                    raise _Refused("another backward() comes before step(), gradients add up")
                break
            if isinstance(stmt, ast.Expr) and _method(stmt) == "step":
                assert isinstance(stmt.value, ast.Call) and isinstance(stmt.value.func, ast.Attribute)
                optimizer = stmt.value.func.value
                if not self.is_optimizer(optimizer):
                    continue
                if step.update is not None:
                    raise _Refused("two optimizers share one backward()")
                step.update, step.optimizer = stmt, optimizer
                if stmt.value.args or stmt.value.keywords:
                    raise _Refused("step() is given a closure")

    def is_optimizer(self, node: ast.expr) -> bool:
        """Whether an expression is an optimizer: by kind, or by how it is used."""
        kind = k.settle(self.rw.kind(node))
        if isinstance(kind, k.Instance):
            return isinstance(kind.cls, str) and _is_optimizer(kind.cls)
        if not isinstance(kind, (k.Var, k.Member)) and kind is not k.UNKNOWN:
            return False
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        text = ast.unparse(node)
        name = text.rpartition(".")[2].lower()
        return "sched" not in name and (
            name.startswith("opt")
            or "optim" in name
            or all(f"{text}.{method}(" in self.rw.source.text for method in ("zero_grad", "step"))
        )

    def find_resets(self, step: _Step) -> None:
        """Find the statements that reset the gradients; there must be one between two backward()s."""
        assert step.update is not None and step.optimizer is not None
        target = ast.unparse(step.optimizer)
        at = step.following.index(step.update)
        before, after = self.statements_before(step), step.following[at + 1 :]
        found: list[ast.Expr] = []
        added = False
        for stmts in (before, after):
            for stmt in stmts:
                if _contains_backward(stmt):
                    added |= stmts is before
                    break
                if self.resets(stmt, target, step):
                    assert isinstance(stmt, ast.Expr)
                    found.append(stmt)
        for stmt in step.following[:at]:
            if self.resets(stmt, target, step):
                raise _Refused("the gradients are reset between backward() and step()")
        if not found and added:
            raise _Refused("no zero_grad() since another backward(), gradients add up")
        if not found:
            raise _Refused("no zero_grad() in the same block, gradients may accumulate")
        step.resets = found

    def statements_before(self, step: _Step) -> list[ast.stmt]:
        """What runs before a backward in the same turn, nearest first; what guards it and no_grad blocks are left."""
        places = self.rw.blocks.places
        place = places[step.backward]
        found = list(reversed(place.block[: place.index]))
        while (owner := place.owner) is step.guard or isinstance(owner, ast.With):
            assert isinstance(owner, ast.stmt)
            place = places[owner]
            found += reversed(place.block[: place.index])
        return found

    def resets(self, stmt: ast.stmt, optimizer: str, step: _Step) -> bool:
        if not isinstance(stmt, ast.Expr) or _method(stmt) != "zero_grad":
            return False
        assert isinstance(stmt.value, ast.Call) and isinstance(stmt.value.func, ast.Attribute)
        receiver = stmt.value.func.value
        text = ast.unparse(receiver)
        if text == optimizer:
            return True
        kind = k.settle(self.rw.kind(receiver))
        if self.is_optimizer(receiver) or isinstance(kind, k.Instance):
            return False
        assert step.optimizer is not None
        source = self.creation(step.optimizer, step.backward)
        owners = set() if source is None else _parameter_owners(source)
        if not owners:
            note = f"{text}.zero_grad() is taken to reset all parameters of {optimizer}"
            if note not in step.notes:
                step.notes.append(note)
            return True
        return all(f"{owner}.".startswith(f"{text}.") for owner in owners)

    def creation(self, optimizer: ast.expr, stmt: ast.stmt) -> ast.expr | None:
        """What an optimizer was given, where that is plain: its only assignment creates it."""
        text = ast.unparse(optimizer)
        rw, found = self.rw, []
        scope = rw.blocks.scope(stmt)
        for other in rw.blocks.places:
            if isinstance(other, ast.Assign) and any(ast.unparse(target) == text for target in other.targets):
                if not isinstance(optimizer, ast.Attribute) and rw.blocks.scope(other) not in (scope, rw.tree):
                    continue
                if not isinstance(other.value, ast.Call):
                    return None
                found.append(argument(other.value, 0, "params"))
        return found[0] if len(found) == 1 else None

    def check_gradients(self, step: _Step) -> None:
        """Nothing else in the function reads or makes gradients between two steps."""
        scope = self.rw.blocks.scope(step.backward)
        body: list[ast.stmt] = getattr(scope, "body", [])
        for stmt in own_statements(body):
            for node in own_nodes(stmt):
                if isinstance(node, ast.Attribute) and node.attr in ("grad", "register_hook", "retain_grad"):
                    raise _Refused("gradients are read outside of the step", "use the gradients value_and_grad returns")
                if isinstance(node, ast.Name) and node.id in ("locals", "vars", "exec", "eval"):
                    raise _Refused(f"{node.id}() is used in this function")

    def check_optimizer(self, step: _Step) -> None:
        """An optimizer that stays torch's takes no MindSpore gradients."""
        assert step.optimizer is not None
        kind = k.settle(self.rw.kind(step.optimizer))
        if not isinstance(kind, k.Instance) and self.is_made_elsewhere(step):
            name = ast.unparse(step.optimizer)
            step.doubt = f"{name} is made by code outside of this file: it must be an optimizer of MindSpore"
        for use in self.rw.sites():
            if use.receiver is None and _is_optimizer(use.name):
                same = not isinstance(kind, k.Instance) or kind.cls == use.name
                decision = self.rw.decision(use.node)
                if same and decision is not None and decision.outcome is Outcome.MANUAL:
                    raise _Refused("its optimizer stays as it was", "convert the optimizer first")

    def is_made_elsewhere(self, step: _Step) -> bool:
        """Whether an optimizer is the result of a call this file does not explain."""
        assert step.optimizer is not None
        text = ast.unparse(step.optimizer)
        scopes = (self.rw.blocks.scope(step.backward), self.rw.tree)
        return any(
            isinstance(stmt, ast.Assign)
            and any(text in map(ast.unparse, _parts(target)) for target in stmt.targets)
            and (isinstance(step.optimizer, ast.Attribute) or self.rw.blocks.scope(stmt) in scopes)
            and any(isinstance(node, ast.Call) for node in ast.walk(stmt.value))
            for stmt in self.rw.blocks.places
        )

    # ------------------------------------------------------------------ clipping

    def find_clips(self, step: _Step) -> None:
        """The clipping of gradients, anywhere between backward and step."""
        assert step.update is not None and step.optimizer is not None
        between = step.following[: step.following.index(step.update)]
        for use in self.rw.sites():
            if use.name not in _CLIPS or use.call is None or use.call.func is not use.node:
                continue
            if not any(self.rw.blocks.inside(use.stmt, stmt) for stmt in between):
                continue
            self.check_clip(step, use)
            step.clips.append(use)

    def check_clip(self, step: _Step, use: Use) -> None:
        assert use.call is not None and step.optimizer is not None
        stmt = use.stmt
        plain = isinstance(stmt, ast.Expr) and stmt.value is use.call
        named = (
            isinstance(stmt, ast.Assign)
            and stmt.value is use.call
            and len(stmt.targets) == 1
            and isinstance(stmt.targets[0], ast.Name)
            and "norm" in use.name
        )
        parameters = argument(use.call, 0, "parameters")
        if has_stars(use.call) or parameters is None or not (plain or named):
            raise _Refused("the clipping of gradients is not a statement of its own")
        if self.rw.blocks.scope(stmt) is not self.rw.blocks.scope(step.backward):
            raise _Refused("gradients are clipped in a function of their own")
        clipped = ast.unparse(parameters)
        source = self.creation(step.optimizer, step.backward)
        if source is not None:
            same = [f"{owner}.parameters()" for owner in _parameter_owners(source)] == [clipped]
            if not same and clipped != ast.unparse(source):
                raise _Refused(f"{clipped} may not be the parameters of the optimizer: other gradients are clipped")
        elif not re.fullmatch(r"(self\.)?\w+\.parameters\(\)", clipped):
            raise _Refused(f"{clipped} may not be the parameters of the optimizer: other gradients are clipped")
        norm_type = argument(use.call, 2, "norm_type")
        if "norm" in use.name and norm_type is not None and ast.unparse(norm_type) not in _NORM_TYPES:
            raise _Refused("gradients are clipped by another norm than 2 or inf")
        extra = {kw.arg for kw in use.call.keywords} - {"parameters", "max_norm", "clip_value", "norm_type", "foreach"}
        if extra or len(use.call.args) > 3:
            raise _Refused("the clipping of gradients is given further arguments")
        if "value" in use.name:
            value = argument(use.call, 1, "clip_value")
            if value is None or not isinstance(value, (ast.Name, ast.Attribute, ast.Constant)):
                raise _Refused("the value gradients are clipped to would be evaluated twice")

    def plan_clip(self, step: _Step, use: Use, grads: str) -> None:
        assert use.call is not None and step.optimizer is not None
        rw, call, stmt = self.rw, use.call, use.stmt
        values: dict[str, Value] = {}
        if "value" in use.name:
            value = argument(call, 1, "clip_value")
            assert value is not None
            text = f"{grads} = ops.clip_by_value({grads}, -{{value}}, {{value}})"
            values["value"], target = value, "mindspore.ops.clip_by_value"
        else:
            norm = argument(call, 1, "max_norm")
            norm_type = argument(call, 2, "norm_type")
            infinite = norm_type is not None and "inf" in ast.unparse(norm_type)
            assert norm is not None
            values["norm"] = norm
            if infinite or not _is_coarse(norm):
                target = "mindspore.ops.clip_by_norm"
                text = f"{grads} = ops.clip_by_norm({grads}, {{norm}}{', float({inf})' if infinite else ''})"
                values["inf"] = "'inf'"
            else:
                target = "mindspore.ops.clip_by_global_norm"
                text = f"{grads} = ops.clip_by_global_norm({grads}, {{norm}})"
            if isinstance(stmt, ast.Assign):
                helper = rw.helper("total_norm")
                values["target"] = stmt.targets[0]
                text = f"{{target}} = {helper}({grads}{', float({inf})' if infinite else ''})\n{text}"
                values["inf"] = "'inf'"
        rw.unplan(call)
        rw.replace_stmt(stmt, text, values)
        rw.drop_inside(stmt)
        for node in ast.walk(call):
            inner = self.use_of.get(node) if isinstance(node, ast.expr) else None
            if inner is not None:
                rw.converted(inner)
        if self.creation(step.optimizer, step.backward) is None:
            rw.adapted(use, target, f"clips the gradients of all parameters of {rw.text(step.optimizer)}", "T2M403")
        else:
            rw.converted(use, target)

    # ------------------------------------------------------------------ what moves

    def segment(self, step: _Step) -> _Segment:
        """The statements that compute the loss, and the names that go in and out."""
        floor = 0
        for number, stmt in enumerate(step.block[: step.index]):
            if _contains_backward(stmt) or stmt in self.recorded:
                floor = number + 1
            if isinstance(stmt, ast.Expr) and _method(stmt) == "step":
                floor = number + 1
        contributing = self.contributing(step, floor)
        carriers = [number for number in contributing if self.carriers.carries(step.block[number])]
        whole = not isinstance(step.loss, ast.Name)
        calls = [node for node in ast.walk(step.loss) if isinstance(node, ast.Call)]
        if whole and any(map(self.carriers.call_carries, calls)):
            carriers.append(step.index)
        if not carriers:
            raise _Refused("the loss is not computed in the block of backward()")
        first, last = min(carriers), step.index if whole else max(contributing)
        if step.guard is not None:
            last = step.index - 1
        stmts = [s for s in step.block[first : last + 1] if s not in step.resets]
        self.check_origin(step, [s for s in stmts if s in [step.block[n] for n in contributing] or s is step.backward])
        self.check_movable(step, stmts)
        if step.guard is not None:
            self.check_guard(step, step.guard, stmts)
        return self.in_and_out(step, stmts, last)

    def contributing(self, step: _Step, floor: int) -> list[int]:
        needed = loaded_names(step.loss)
        found: list[int] = []
        for number in range(step.index - 1, floor - 1, -1):
            stmt = step.block[number]
            if stmt in step.resets:
                continue
            if bound_names(stmt) & needed or _mutated(stmt) & needed:
                found.append(number)
                needed |= loaded_names(stmt)
        return found

    def check_origin(self, step: _Step, stmts: list[ast.stmt]) -> None:
        """The forward pass is there, not only the loss; and what comes from outside carries no gradient."""
        kept = self.kept_from_before(step, stmts)
        if kept:
            step.notes.append(f"{' and '.join(kept)} of the step before keeps its gradient, in PyNative mode only")
        elif not any(self.carriers.is_forward(node) for stmt in stmts for node in ast.walk(stmt)):
            raise _Refused("the forward pass is not in the block of backward()")
        inner = {node for stmt in stmts for node in ast.walk(stmt)}
        read = {node.id for node in inner if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        for name in sorted(read):
            if Flow.effect(stmts, name) != "kills" and not self.carriers.is_stopped(name, stmts):
                self.check_value(name, step, step.block.index(stmts[0]), stmts, frozenset())

    def kept_from_before(self, step: _Step, stmts: list[ast.stmt]) -> list[str]:
        """Names computed inside an earlier step of the block that these statements use with their gradient."""
        found: list[str] = []
        for name in sorted(set().union(*map(loaded_names, stmts))):
            earlier = step.block[: step.block.index(stmts[0])]
            last = next((stmt for stmt in reversed(earlier) if Flow.always_binds([stmt], name)), None)
            kept = last is not None and name in self.recorded.get(last, ())
            if kept and Flow.effect(stmts, name) != "kills" and not self.carriers.is_stopped(name, stmts):
                found.append(name)
        return found

    def check_value(self, name: str, step: _Step, number: int, stmts: list[ast.stmt], seen: frozenset[str]) -> None:
        """What a name holds before a statement of the block carries no gradient, or one that is on record."""
        rw = self.rw
        for index in range(number - 1, -1, -1):
            before = step.block[index]
            if before in self.recorded and name in self.recorded[before]:
                return
            if Flow.always_binds([before], name):
                if self.carriers.is_no_grad(before):
                    return
                if not self.carriers.surely_carries(before):
                    for source in sorted(loaded_names(before) - seen):
                        if not self.carriers.is_stopped(source, [before]):
                            self.check_value(source, step, index, stmts, seen | {name, source})
                    return
                break
        for _, store in rw.blocks.stores(name, rw.blocks.scope(step.backward)):
            around = (store, *rw.blocks.above(store))
            if any(name in self.recorded.get(s, ()) or self.carriers.is_no_grad(s) or s in stmts for s in around):
                continue
            if store.lineno < step.backward.lineno and self.carriers.surely_carries(store):
                raise _Refused(f"{name} carries a gradient from outside of the step", _INSIDE.format(name))
        if self.is_passed_with_gradient(name, rw.blocks.function(step.backward)):
            raise _Refused(f"{name} carries a gradient from the caller", _INSIDE.format(name))

    def is_passed_with_gradient(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> bool:
        """Whether a call in this file passes what a module computed as this parameter."""
        if function is None:
            return False
        rw = self.rw
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        for call, called in rw.facts.calls.items():
            kind = k.settle(called)
            if not isinstance(kind, k.FuncRef) or kind.func.node is not function:
                continue
            position = names.index(name) - kind.bound if name in names else len(call.args)
            value = argument(call, position, name) if position >= 0 else None
            if value is None:
                continue
            stmt = rw.stmt(call)
            if self.carriers.is_computed(value):
                return True
            if isinstance(value, ast.Name):
                for _, store in rw.blocks.stores(value.id, rw.blocks.scope(stmt)):
                    around = (store, *rw.blocks.above(store))
                    if self.carriers.surely_carries(store) and not any(map(self.carriers.is_no_grad, around)):
                        return True
        return False

    def check_movable(self, step: _Step, stmts: list[ast.stmt]) -> None:
        for stmt in stmts:
            if not self.stands_alone(stmt):
                raise _Refused("statements of the step share a line")
            for node in ast.walk(stmt):
                if isinstance(node, _UNSAFE):
                    raise _Refused("the forward pass holds a statement that cannot move into a function")
                if isinstance(node, ast.stmt) and node is not step.backward and _method(node) in ("backward", "step"):
                    raise _Refused("the forward pass holds another step")
            if _leaves_loop(stmt):
                raise _Refused("a break or continue stands in the forward pass")
        if not self.stands_alone(step.backward) or not self.stands_alone(step.update):
            raise _Refused("statements of the step share a line")

    def check_guard(self, step: _Step, guard: ast.If, stmts: list[ast.stmt]) -> None:
        names = set[str]().union(*map(bound_names, stmts))
        if loaded_names(guard.test) & names or any(isinstance(node, ast.Call) for node in ast.walk(guard.test)):
            raise _Refused("whether backward() runs depends on the forward pass")
        start = self.rw.source.span(guard)[0]
        if guard.lineno == step.backward.lineno or self.rw.source.text.startswith("elif", start):
            raise _Refused("the if around backward() has further parts")

    def stands_alone(self, stmt: ast.stmt | None) -> bool:
        assert stmt is not None
        start = self.rw.source.span(stmt)[0]
        line = self.rw.source.text.rfind("\n", 0, start) + 1
        if self.rw.source.text[line:start].strip() and not getattr(stmt, "decorator_list", []):
            return False
        rest = self.rw.blocks.rest(stmt)
        return not rest or rest[0].lineno > (stmt.end_lineno or stmt.lineno)

    # ------------------------------------------------------------------ names in and out

    def in_and_out(self, step: _Step, stmts: list[ast.stmt], last: int) -> _Segment:
        rw = self.rw
        flow = Flow(rw.blocks, rw.tree)
        body = [stmt for stmt in stmts if stmt is not step.backward]
        tail: list[ast.stmt] = [ast.Expr(step.loss)] if step.backward in stmts else []
        stored = set[str]().union(*map(bound_names, body), *map(_inplace, body))
        loss = step.loss.id if isinstance(step.loss, ast.Name) else ""
        ordered = sorted(stored, key=lambda name: min(n.lineno * 1000 + n.col_offset for n in _named(body, name)))
        params: list[str] = []
        outputs: list[str] = []
        for name in ordered:
            if Flow.effect([*body, *tail], name) == "reads":
                if flow.is_bound_before(name, stmts[0]):
                    params.append(name)
                elif flow.has_stores_outside(name, stmts):
                    raise _Refused(f"{name} may not be assigned before the step")
            if flow.is_handled(name, stmts[0]):
                raise _Refused(f"the handler of an exception reads {name}")
            if name == loss:
                continue
            if flow.is_live_after(name, stmts, step.block, last, step.backward):
                if name not in params and not Flow.always_binds(body, name):
                    raise _Refused(f"{name} may not be assigned by the step, but is used later")
                outputs.append(name)
        if loss and not Flow.always_binds(body, loss) and loss not in params:
            raise _Refused("the loss is not always computed by the step")
        return _Segment(stmts, tuple(params), tuple(outputs))

    def is_tensor(self, name: str, stmts: list[ast.stmt]) -> bool:
        """Whether a name is a tensor, or what a model returns."""
        if any(k.is_tensor(self.rw.kind(node)) for node in _named(stmts, name)):
            return True
        if any(self.has_fields(name, stmt) for stmt in stmts):
            return False
        values = [s.value for s in stmts if isinstance(s, ast.Assign) and name in bound_names(s)]
        return any(
            isinstance(value, ast.Call)
            and (self.carriers.is_module(value.func) or _MODEL_CALL.search(ast.unparse(value.func)))
            for value in values[-1:]
        )

    def has_fields(self, name: str, stmt: ast.stmt) -> bool:
        """Whether a name holds an object with attributes of its own, `outputs.loss` say."""
        return any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and node.attr not in self.rw.know.tensor_members
            for node in ast.walk(stmt)
        )

    # ------------------------------------------------------------------ writing

    def plan(self, step: _Step, segment: _Segment) -> None:
        rw = self.rw
        assert step.update is not None and step.optimizer is not None
        scope = rw.blocks.scope(step.backward)
        taken = self.taken.setdefault(scope, set(self.names))
        function, grad_fn, grads = (_fresh(name, taken) for name in ("forward_fn", "grad_fn", "grads"))
        taken |= {function, grad_fn}
        whole = segment.stmts[-1] is step.backward
        unnamed = "_" if not any(self.rw.blocks.loads("_", rw.tree)) else _fresh("loss", taken)
        loss = step.loss.id if isinstance(step.loss, ast.Name) else unnamed
        outputs = list(segment.outputs)
        returned = list(outputs)
        if outputs and not any(self.is_tensor(name, segment.stmts) for name in outputs):
            # MindSpore wants a second tensor among the results.
            extra = next((n for n in self.bound_tensors(segment) if n not in outputs and n != loss), None)
            returned = [extra, *outputs] if extra is not None else ["{loss}", *outputs]
            outputs = [unnamed if extra is None else extra, *outputs]
        params = ", ".join(segment.params)
        values: dict[str, Value] = {"loss": step.loss}
        ending = Template(", ".join(("return {loss}", *returned)), values)
        aux = ", has_aux=True" if outputs else ""
        results = f"({', '.join((loss, *outputs))})" if outputs else loss
        weights: dict[str, Value] = {"optimizer": step.optimizer}
        text = f"\n{grad_fn} = ms.value_and_grad({function}, None, {{optimizer}}.parameters{aux})"
        taking = rw.template(text, weights)
        calling = f"{results}, {grads} = {grad_fn}({params})"
        header = f"def {function}({params}):"
        first, last = segment.stmts[0], segment.stmts[-1]
        for reset in step.resets:
            self.delete(reset)
        if self.wants_blank(step, first):
            header = f"\n{header}"
        if whole:
            self.clear(step.backward)
            rw.replace_stmt(step.backward, ending)
            after = Template(f"{taking.text}\n{calling}", taking.values)
            rw.wrap(first, last, Template(header), None, after)
        elif step.guard is not None:
            lines = self.rw.source.text.splitlines()
            if lines[last.end_lineno or last.lineno].strip():
                ending = Template(f"{ending.text}\n", ending.values)
            rw.wrap(first, last, Template(header), ending)
            self.clear(step.backward)
            both = Template(f"{taking.text.strip()}\n{calling}", taking.values)
            rw.replace_stmt(step.backward, both)
            other = Template(f"else:\n    {results.strip('()')} = {function}({params})")
            rw.insert(step.guard, "after", other)
            self.settle_contexts(step)
        else:
            between = [s for s in step.block[step.block.index(last) + 1 : step.index] if s not in step.resets]
            if between:
                self.delete(step.backward)
                after = Template(f"{taking.text}\n{calling}", taking.values)
            else:
                self.clear(step.backward)
                rw.replace_stmt(step.backward, Template(calling))
                after = taking
            rw.wrap(first, last, Template(header), ending, after)
        self.clear(step.update)
        rw.replace_stmt(step.update, Template(f"{{optimizer}}({grads})", weights))
        for use in step.clips:
            self.plan_clip(step, use, grads)
        self.recorded[first] = frozenset().union(*(bound_names(stmt) for stmt in segment.stmts))
        for stmt in segment.stmts:
            self.recorded.setdefault(stmt, self.recorded[first])
        self.decide(step)

    def settle_contexts(self, step: _Step) -> None:
        """What `set_grad_enabled` around a guarded step asked for, `value_and_grad` does."""
        for above in self.rw.blocks.above(step.backward):
            if isinstance(above, ast.With):
                for item in above.items:
                    callee = item.context_expr.func if isinstance(item.context_expr, ast.Call) else None
                    use = self.use_of.get(callee) if callee is not None else None
                    if use is not None and use.name == "torch.set_grad_enabled":
                        self.rw.converted(use)

    def bound_tensors(self, segment: _Segment) -> Iterator[str]:
        for stmt in segment.stmts:
            for name in sorted(bound_names(stmt)):
                if self.is_tensor(name, segment.stmts) and Flow.always_binds(segment.stmts, name):
                    yield name

    def wants_blank(self, step: _Step, first: ast.stmt) -> bool:
        """Whether the function needs a blank line above it."""
        index = step.block.index(first)
        deleted = [stmt for stmt in step.block[:index] if self.is_deleted(stmt)]
        before = [stmt for stmt in step.block[:index] if stmt not in deleted]
        if not before:
            return False
        lines = self.rw.source.text.splitlines()
        gone = {n for stmt in deleted for n in range(stmt.lineno, (stmt.end_lineno or stmt.lineno) + 1)}
        end = before[-1].end_lineno or before[-1].lineno
        between = [lines[n - 1].strip() for n in range(end + 1, first.lineno) if n not in gone]
        return not between

    def is_deleted(self, stmt: ast.stmt) -> bool:
        return self.rw.is_deleted(stmt)

    def clear(self, stmt: ast.stmt) -> None:
        """Forget what other rules planned for a statement that is replaced; comments stay."""
        self.rw.clear_stmt(stmt)

    def delete(self, stmt: ast.stmt) -> None:
        self.clear(stmt)
        self.rw.delete_stmt(stmt)

    def decide(self, step: _Step) -> None:
        rw = self.rw
        assert step.update is not None
        parts: list[tuple[ast.Expr, str, str]] = [
            (step.backward, "torch.Tensor.backward", _VALUE_AND_GRAD),
            (step.update, "torch.optim.Optimizer.step", _OPTIMIZER),
            *((stmt, "torch.optim.Optimizer.zero_grad", "") for stmt in step.resets),
        ]
        for part, name, target in parts:
            callee = _callee(part)
            found = self.use_of.get(callee)
            if found is None:
                rw.structural(callee, part, name, target)
                found = self.use_of[callee] = rw.sites()[-1]
            if step.doubt and part is step.update:
                rw.check(found, target, step.doubt, _CODE)
            elif step.notes and part is step.update:
                rw.adapted(found, target, "; ".join(step.notes), _CODE)
            else:
                rw.converted(found, target)


_NORM_TYPES = frozenset({"2", "2.0", "float('inf')", "math.inf", "torch.inf", "np.inf", "'inf'"})


def _is_coarse(norm: ast.expr) -> bool:
    return isinstance(norm, ast.Constant) and isinstance(norm.value, (int, float)) and norm.value >= _COARSE_NORM


def _is_optimizer(name: str) -> bool:
    return name.startswith("torch.optim.") and ".lr_scheduler." not in name


def _method(stmt: ast.AST) -> str:
    """The name of the method a statement calls, when it is nothing but that call."""
    if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call) and isinstance(stmt.value.func, ast.Attribute):
        return stmt.value.func.attr
    return ""


def _callee(stmt: ast.Expr) -> ast.expr:
    assert isinstance(stmt.value, ast.Call)
    return stmt.value.func


def _receiver(stmt: ast.Expr) -> ast.expr:
    callee = _callee(stmt)
    assert isinstance(callee, ast.Attribute)
    return callee.value


def _contains_backward(stmt: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(stmt))


def _named(stmts: list[ast.stmt], name: str) -> list[ast.Name]:
    return [n for stmt in stmts for n in ast.walk(stmt) if isinstance(n, ast.Name) and n.id == name]


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    """The targets of an assignment."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _parts(item)
    else:
        yield target


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _mutated(stmt: ast.stmt) -> set[str]:
    """Names whose value a statement changes in place."""
    found = set(_inplace(stmt))
    for node in ast.walk(stmt):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.add(_root(node))
        elif isinstance(node, ast.stmt) and _method(node) and _method(node) not in MODULE_PLAIN:
            assert isinstance(node, ast.Expr)
            found.add(_root(_receiver(node)))
    return found - {""}


def _inplace(stmt: ast.stmt) -> set[str]:
    """Names an in-place method or function is called on as a statement: MindSpore assigns them anew."""
    found: set[str] = set()
    for node in ast.walk(stmt):
        method = _method(node)
        if method.endswith("_") and not method.endswith("__"):
            assert isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            found.update(value.id for value in (_receiver(node), *node.value.args[:1]) if isinstance(value, ast.Name))
    return found


def _parameter_owners(source: ast.expr) -> set[str]:
    """The modules whose `parameters()` an optimizer is given."""
    return {
        ast.unparse(node.value)
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute) and node.attr in ("parameters", "named_parameters")
    }


def _leaves_loop(stmt: ast.stmt) -> bool:
    """Whether a break or continue in a statement concerns a loop around it."""
    stack: list[ast.AST] = [stmt]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Break, ast.Continue)):
            return True
        if isinstance(node, (ast.For, ast.While)):
            stack += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            stack += ast.iter_child_nodes(node)
    return False


def _all_names(tree: ast.AST) -> frozenset[str]:
    """The identifiers of a file that a new name must avoid."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return frozenset(found)


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


RULE = Rule(finish=_finish)
