"""Makes a seeded `torch.Generator` one of NumPy: MindSpore's functions take none, so their numbers are drawn there.

`torch.Generator().manual_seed(seed)` becomes `np.random.default_rng(seed)`, in one statement or in two. A generator
that others may hold (a parameter, an attribute) is seeded anew in place, by the state of a new one. Its state is a dict
that `bit_generator.state` reads and sets. The seed it was made with is `bit_generator.seed_seq.entropy`, which seeding
in place does not change: in a file that does so, `initial_seed` is left.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, is_whole_statement

_CLASS = "torch.Generator"
_MADE = "numpy.random.default_rng"
_NEW = "np.random.default_rng({seed})"
_STATE = "numpy.random.Generator.bit_generator"
_IN_PLACE = f"{{self}}.bit_generator.state = {_NEW}.bit_generator.state"
_KEEP_SEED = "keep the seed that np.random.default_rng(seed) is given"


def _manual_seed(ctx: FileContext, use: Use) -> bool:
    call, receiver = use.call, use.receiver
    seed = None if call is None else argument(call, 0, "seed")
    if call is None or receiver is None or seed is None:
        return ctx.manual(use, "T2M206", "the method manual_seed is used without being called", UNCALLED)
    if _makes(ctx, receiver):
        ctx.replace(call, _NEW, {"seed": seed})
        ctx.drop_inside(receiver)
        return ctx.converted(use, _MADE)
    if not is_whole_statement(use):
        message = "a generator of NumPy that is seeded anew in place is not given back"
        return ctx.manual(use, "T2M202", message, "seed it in a statement of its own, or make another one")
    made = _made_just_before(ctx, use, receiver)
    if made is not None:
        ctx.replace(made, _NEW, {"seed": seed})
        ctx.delete_stmt(use.stmt)
        return ctx.converted(use, _MADE)
    if isinstance(receiver, ast.Name) and _is_own(ctx, receiver):
        ctx.replace_stmt(use.stmt, f"{{self}} = {_NEW}", {"self": receiver, "seed": seed})
        return ctx.converted(use, _MADE)
    ctx.replace_stmt(use.stmt, _IN_PLACE, {"self": receiver, "seed": seed})
    return ctx.converted(use, _STATE)


def _seed(ctx: FileContext, use: Use) -> bool:
    if use.receiver is None or not is_whole_statement(use):
        return ctx.manual(use, "T2M202", "a generator of NumPy does not tell a fresh seed", _KEEP_SEED)
    ctx.replace_stmt(use.stmt, _IN_PLACE.replace("{seed}", ""), {"self": use.receiver})
    return ctx.converted(use, _STATE)


def _get_state(ctx: FileContext, use: Use) -> bool:
    if use.receiver is None or use.call is None:
        return ctx.manual(use, "T2M206", "the method get_state is used without being called", "bit_generator.state")
    ctx.replace(use.call, "{self}.bit_generator.state", {"self": use.receiver})
    return ctx.adapted(use, _STATE, "the state is a dict of NumPy's, not a tensor")


def _set_state(ctx: FileContext, use: Use) -> bool:
    state = None if use.call is None else argument(use.call, 0, "new_state")
    if use.receiver is None or state is None or not is_whole_statement(use):
        hint = "generator.bit_generator.state = state"
        return ctx.manual(use, "T2M206", "the method set_state is no statement of its own", hint)
    ctx.replace_stmt(use.stmt, "{self}.bit_generator.state = {state}", {"self": use.receiver, "state": state})
    if _is_state(ctx, state):
        return ctx.converted(use, _STATE)
    message = "the state has to be one of a generator of NumPy"
    return ctx.check(use, _STATE, message, hint="generator.bit_generator.state")


def _is_state(ctx: FileContext, state: ast.expr) -> bool:
    """Whether an expression is a state read in this file: by the call itself, or by a name that holds nothing else."""
    site = ctx.site(state.func) if isinstance(state, ast.Call) else None
    if site is not None:
        return site.name == f"{_CLASS}.get_state"
    values = _values(ctx, state) if isinstance(state, ast.Name) else []
    return bool(values) and all(isinstance(value, ast.Call) and _is_state(ctx, value) for value in values)


def _initial_seed(ctx: FileContext, use: Use) -> bool:
    receiver, call = use.receiver, use.call
    anew = {f"{_CLASS}.manual_seed", f"{_CLASS}.seed"}
    if receiver is None or call is None:
        return ctx.manual(use, "T2M206", "the method initial_seed is used without being called", _KEEP_SEED)
    if any(site.name in anew and _seeds_in_place(ctx, site) for site in ctx.sites()):
        message = "a generator of NumPy that is seeded anew in place does not tell the seed"
        return ctx.manual(use, "T2M202", message, _KEEP_SEED)
    ctx.replace(call, "{self}.bit_generator.seed_seq.entropy", {"self": receiver})
    if _is_seeded(ctx, receiver):
        return ctx.converted(use, _STATE)
    message = "it is the seed that the generator was made with, wherever it is seeded anew"
    return ctx.check(use, _STATE, message, hint=_KEEP_SEED)


def _seeds_in_place(ctx: FileContext, use: Use) -> bool:
    receiver = use.receiver
    if receiver is None or _makes(ctx, receiver) or _made_just_before(ctx, use, receiver) is not None:
        return False
    return not (use.name.endswith("manual_seed") and isinstance(receiver, ast.Name) and _is_own(ctx, receiver))


def _is_seeded(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is a generator that this file has made with a seed of its own."""
    if isinstance(node, ast.Call):
        site = ctx.site(node.func)
        if site is not None and site.name == _CLASS:
            return _is_seeded_next(ctx, node)
        return site is not None and site.name == f"{_CLASS}.manual_seed" and _makes(ctx, site.receiver)
    values = _values(ctx, node) if isinstance(node, ast.Name) else []
    return bool(values) and all(isinstance(value, ast.Call) and _is_seeded(ctx, value) for value in values)


def _makes(ctx: FileContext, node: ast.expr | None) -> bool:
    """Whether an expression makes a generator: `torch.Generator()`."""
    made = ctx.site(node.func) if isinstance(node, ast.Call) else None
    return made is not None and made.name == _CLASS


def _made_just_before(ctx: FileContext, use: Use, receiver: ast.expr) -> ast.expr | None:
    """The call of `torch.Generator` that the statement before this one assigns to the same name or attribute."""
    place = ctx.blocks.places[use.stmt]
    stmt = place.block[place.index - 1] if place.index else None
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1 or not _makes(ctx, stmt.value):
        return None
    same = ast.dump(stmt.targets[0]).replace("Store()", "Load()") == ast.dump(receiver)
    return stmt.value if same else None


def _is_seeded_next(ctx: FileContext, made: ast.Call) -> bool:
    """Whether the statement after the one that makes a generator seeds it."""
    seeds = [site for site in ctx.sites() if site.name == f"{_CLASS}.manual_seed" and site.receiver is not None]
    return any(site.receiver and _made_just_before(ctx, site, site.receiver) is made for site in seeds)


def _values(ctx: FileContext, name: ast.Name) -> list[ast.expr | None]:
    """What assignments give a name in its scope; None for every other way it is bound."""
    scope = ctx.binding_scope(name)
    found: list[ast.expr | None] = []
    for node in ctx.parents.names(name.id):
        if isinstance(node.ctx, ast.Load) or ctx.binding_scope(node) is not scope:
            continue
        stmt = ctx.parents.of(node)
        plain = isinstance(stmt, ast.Assign) and len(stmt.targets) == 1
        found.append(stmt.value if plain and isinstance(stmt, ast.Assign) else None)
    function = scope.args if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) else None
    if function is not None and any(arg.arg == name.id for arg in ast.walk(function) if isinstance(arg, ast.arg)):
        found.append(None)
    return found


def _is_own(ctx: FileContext, name: ast.Name) -> bool:
    """Whether nothing but this name holds the generator: it is made for it, and until then nothing else reads it."""
    scope = ctx.binding_scope(name)
    places = [node for node in ctx.parents.names(name.id) if ctx.binding_scope(node) is scope]
    before = [node for node in places if isinstance(node.ctx, ast.Load) and node.lineno < name.lineno]
    is_read = any(not isinstance(ctx.parents.of(node), ast.Attribute) for node in before)
    values = _values(ctx, name)
    return bool(values) and not is_read and all(_makes(ctx, value) or _is_seeded_call(ctx, value) for value in values)


def _is_seeded_call(ctx: FileContext, value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and _is_seeded(ctx, value)


RULE = Rule(
    sites={
        f"{_CLASS}.manual_seed": _manual_seed,
        f"{_CLASS}.seed": _seed,
        f"{_CLASS}.initial_seed": _initial_seed,
        f"{_CLASS}.get_state": _get_state,
        f"{_CLASS}.set_state": _set_state,
    }
)
