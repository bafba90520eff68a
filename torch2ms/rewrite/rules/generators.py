"""Makes a seeded `torch.Generator` one of NumPy: MindSpore's functions take none, so their numbers are drawn there.

`torch.Generator().manual_seed(seed)` becomes `np.random.default_rng(seed)`. NumPy's generator cannot be seeded anew, so
`g.manual_seed(seed)` gives the name another one; where others may hold the generator, the call is left.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, is_whole_statement

_NEW = "np.random.default_rng({seed})"


def _manual_seed(ctx: FileContext, use: Use) -> bool:
    call, receiver = use.call, use.receiver
    seed = None if call is None else argument(call, 0, "seed")
    if call is None or receiver is None or seed is None:
        return ctx.manual(use, "T2M206", "the method manual_seed is used without being called")
    if isinstance(receiver, ast.Call) and (made := ctx.site(receiver.func)) is not None:
        if made.name == "torch.Generator":
            ctx.replace(call, _NEW, {"seed": seed})
            ctx.drop_inside(receiver)
            return ctx.converted(use, "numpy.random.default_rng")
    if is_whole_statement(use) and isinstance(receiver, ast.Name) and _is_own(ctx, receiver):
        ctx.replace_stmt(use.stmt, f"{{self}} = {_NEW}", {"self": receiver, "seed": seed})
        return ctx.converted(use, "numpy.random.default_rng")
    message = "a generator of NumPy cannot be seeded anew"
    return ctx.manual(use, "T2M202", message, "make another one: np.random.default_rng(seed)")


def _is_own(ctx: FileContext, name: ast.Name) -> bool:
    """Whether nothing but this name holds the generator: it is made for it, and until then nothing else reads it."""
    scope = ctx.binding_scope(name)
    places = [node for node in ctx.parents.names(name.id) if ctx.binding_scope(node) is scope]
    before = [node for node in places if isinstance(node.ctx, ast.Load) and node.lineno < name.lineno]
    bound = [node for node in places if isinstance(node.ctx, ast.Store)]
    is_read = any(not isinstance(ctx.parents.of(node), ast.Attribute) for node in before)
    return bool(bound) and not is_read


RULE = Rule(sites={"torch.Generator.manual_seed": _manual_seed})
