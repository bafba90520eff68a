"""Takes out an autocast that is disabled, and answers whether there is one: MindSpore casts no block.

`with torch.autocast(device_type="cuda", enabled=False):` only says that its block stays in the dtypes it has, so its
body is dedented. An autocast that is enabled is left. `torch.is_autocast_enabled()` is False where no block is cast.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal
from torch2ms.rewrite.rules.shared.taken_out import take_context, take_statement

# The position of `enabled` among the arguments.
_CONTEXTS = {
    "torch.amp.autocast": 2,
    "torch.cuda.amp.autocast": 0,
    "torch.cpu.amp.autocast": 0,
    "torch.npu.amp.autocast": 0,
    "torch.xpu.amp.autocast": 0,
}
_WIDE = frozenset({"torch.float32", "torch.float", "torch.float64", "torch.double"})
_QUESTIONS = frozenset(
    {
        "torch.is_autocast_enabled",
        "torch.is_autocast_cpu_enabled",
        "torch.is_autocast_xla_enabled",
        "torch.is_autocast_cache_enabled",
        "torch.amp.is_autocast_available",
    }
)
_SWITCHES = frozenset(
    {
        "torch.set_autocast_enabled",
        "torch.set_autocast_cpu_enabled",
        "torch.set_autocast_gpu_dtype",
        "torch.set_autocast_dtype",
        "torch.set_autocast_cache_enabled",
        "torch.clear_autocast_cache",
    }
)
_FORWARDS = frozenset(
    f"torch.{module}.{mark}" for module in ("amp", "cuda.amp") for mark in ("custom_fwd", "custom_bwd")
)


def _context(ctx: FileContext, use: Use) -> bool:
    """An enabled autocast is left to its row."""
    if not _is_disabled(ctx, use) or not take_context(ctx, use):
        return False
    return ctx.converted(use)


def _is_disabled(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or has_stars(call):
        return False
    if is_literal(argument(call, _CONTEXTS[use.name], "enabled"), False):
        return True
    dtype = next((keyword.value for keyword in call.keywords if keyword.arg == "dtype"), None)
    return dtype is not None and ctx.facts.refs.get(dtype) in _WIDE  # torch warns and disables it


def _question(ctx: FileContext, use: Use) -> bool:
    if use.call is None:
        return False
    ctx.drop_inside(use.call)
    answer(ctx, use.call, use.stmt, False)
    return ctx.adapted(use, "False", "MindSpore casts a network and not a block")


def _switch(ctx: FileContext, use: Use) -> bool:
    """What a cast by hand begins or ends with; switching one on is left."""
    call = use.call
    if call is None or (use.name.endswith("enabled") and not _switches_off(call)):
        return False
    return take_statement(ctx, use) and ctx.adapted(use, "", "left out: MindSpore casts a network and not a block")


def _switches_off(call: ast.Call) -> bool:
    return any(isinstance(value, ast.Constant) and value.value is False for value in call.args)


def _forward(ctx: FileContext, use: Use) -> bool:
    """`@custom_fwd` says what an autocast does to a Function; without one it does nothing."""
    return take_context(ctx, use) and ctx.adapted(use, "", "left out: MindSpore casts a network and not a block")


RULE = Rule(
    sites={
        **dict.fromkeys(_CONTEXTS, _context),
        **dict.fromkeys(_QUESTIONS, _question),
        **dict.fromkeys(_SWITCHES, _switch),
        **dict.fromkeys(_FORWARDS, _forward),
    }
)
