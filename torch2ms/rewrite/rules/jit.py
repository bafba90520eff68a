"""Takes out marks for torch's compilers and answers what code asks of them: the code runs the same without them.

`@torch.jit.script` and its like go, `torch.jit.is_scripting()` is `False`, and so is what asks for functorch.
`torch._assert` becomes a plain `assert`, `torch._check` an `if` that raises, and `torch._C._log_api_usage_once`, which
counts what is used of PyTorch, goes.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.questions import is_whole_statement

# What raises where its condition does not hold.
_CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "torch._check": "RuntimeError",
        "torch._check_index": "IndexError",
        "torch._check_value": "ValueError",
        "torch._check_type": "TypeError",
        "torch._check_not_implemented": "NotImplementedError",
    }
)
# Of order there are none: neither `a < b` nor `a >= b` holds of NaN.
_OPPOSITES: Mapping[type[ast.cmpop], str] = MappingProxyType(
    {ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"}
)
_COMPILED = "runs eagerly here; @ms.jit compiles it in MindSpore"
_MARKS: dict[str, str] = {
    "torch.jit.ignore": "",
    "torch.jit.unused": "",
    "torch.jit.export": "",
    "torch.jit.interface": "",
    "torch.compiler.disable": "",
    "torch._dynamo.disable": "",
    "torch._disable_dynamo": "",
    "torch.compiler.allow_in_graph": "",
    "torch.compiler.assume_constant_result": "",
    "torch.compiler.nested_compile_region": "",
    "torch._dynamo.allow_in_graph": "",
    "torch._dynamo.disallow_in_graph": "",
    "torch._dynamo.forbid_in_graph": "",
    "torch._dynamo.assume_constant_result": "",
    "torch._dynamo.nonstrict_trace": "",
    "torch.fx.wrap": "",
    "torch.jit.script_if_tracing": "",
    "torch.jit._script_if_tracing": "",
    "torch.jit.script": _COMPILED,
    "torch.jit.script_method": _COMPILED,
    "torch.compile": _COMPILED,
    "torch.jit.freeze": _COMPILED,
    "torch.jit.optimize_for_inference": _COMPILED,
}
_ASKS = frozenset(
    {
        "torch.jit.is_scripting",
        "torch.jit.is_tracing",
        "torch.compiler.is_compiling",
        "torch._dynamo.is_compiling",
        "torch.compiler.is_dynamo_compiling",
        "torch.fx._symbolic_trace.is_fx_tracing",
        "torch.fx._symbolic_trace.is_fx_symbolic_tracing",
        "torch._C._is_torch_function_mode_enabled",
        "torch._is_functional_tensor",
        "torch._subclasses.fake_tensor.is_fake",
        "torch.utils._python_dispatch.is_traceable_wrapper_subclass",
    }
)


_FUNCTORCH = frozenset(
    {
        "torch._C._are_functorch_transforms_active",
        "torch._C._functorch.is_batchedtensor",
        "torch._C._functorch.is_legacy_batchedtensor",
        "torch._C._functorch.is_functorch_wrapped_tensor",
    }
)


def _mark(ctx: FileContext, use: Use) -> bool:
    note = _MARKS[use.name]
    stmt = use.stmt
    expr = use.call if use.call is not None else use.node
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and expr in stmt.decorator_list:
        ctx.drop_decorator(stmt, stmt.decorator_list.index(expr))
        if use.call is not None:
            for value in (*use.call.args, *use.call.keywords):
                ctx.drop_inside(value)
        return ctx.adapted(use, "", note) if note else ctx.converted(use)
    call = use.call
    if call is None or not call.args or isinstance(call.args[0], ast.Starred):
        return False
    if (isinstance(stmt, ast.Expr) and stmt.value is call) or (
        isinstance(stmt, ast.Assign)
        and stmt.value is call
        and ast.dump(stmt.targets[0]).replace("Store()", "Load()") == ast.dump(call.args[0])
    ):
        ctx.drop_inside(call)
        ctx.delete_stmt(stmt)
    else:
        for value in (*call.args[1:], *call.keywords):
            ctx.drop_inside(value)
        ctx.replace(call, "{what}", {"what": call.args[0]})
    return ctx.adapted(use, "", note) if note else ctx.converted(use)


def _assert(ctx: FileContext, use: Use) -> bool:
    """`torch._assert(condition, message)` is an assert statement."""
    call = use.call
    if call is None or call.keywords or len(call.args) != 2 or not isinstance(use.stmt, ast.Expr):
        return False
    if use.stmt.value is not call:
        return False
    ctx.replace_stmt(use.stmt, "assert {condition}, {message}", {"condition": call.args[0], "message": call.args[1]})
    return ctx.converted(use, "assert")


def _check(ctx: FileContext, use: Use) -> bool:
    """`torch._check(condition, lambda: message)` raises an error where the condition does not hold."""
    call = use.call
    if call is None or call.keywords or not is_whole_statement(use) or not 1 <= len(call.args) <= 2:
        return False
    condition, *messages = call.args
    if isinstance(condition, ast.Starred):
        return False
    values: dict[str, Value] = {"condition": condition}
    test = "not {condition}"
    match condition:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITES:
            test, values = f"{{left}} {_OPPOSITES[type(op)]} {{right}}", {"left": left, "right": right}
    text = '"a condition does not hold"'
    for message in messages:
        is_lambda = isinstance(message, ast.Lambda)
        values["message"] = message.body if isinstance(message, ast.Lambda) else message
        text = "{message}" if is_lambda else "{message}()"
    error = _CHECKS[use.name]
    ctx.replace_stmt(use.stmt, f"if {test}:\n    raise {error}({text})", values)
    return ctx.converted(use, error)


def _overload(ctx: FileContext, use: Use) -> bool:
    """What TorchScript needs to be told of overloads, `typing.overload` tells type checkers."""
    stmt = use.stmt
    if not isinstance(stmt, ast.FunctionDef) or use.node not in stmt.decorator_list:
        return False
    ctx.replace(use.node, ctx.spell("typing.overload"))
    return ctx.converted(use, "typing.overload")


def _final(ctx: FileContext, use: Use) -> bool:
    if not ctx.in_annotation(use.node, use.stmt):
        return False
    ctx.replace(use.node, ctx.spell("typing.Final"))
    return ctx.converted(use, "typing.Final")


def _ask(ctx: FileContext, use: Use) -> bool:
    """Nothing is ever scripted or traced."""
    if use.call is None:
        return False
    answer(ctx, use.call, use.stmt, False)
    return ctx.converted(use, "False")


def _functorch(ctx: FileContext, use: Use) -> bool:
    """Code that asks whether `torch.func` is at work has a way for when it is not."""
    if use.call is None:
        return False
    answer(ctx, use.call, use.stmt, False)
    return ctx.adapted(use, "False", "code cannot ask MindSpore whether vmap or grad runs it: the plain way is taken")


def _told(ctx: FileContext, use: Use) -> bool:
    """`torch._C._log_api_usage_once(…)` tells PyTorch's authors what is used."""
    if not isinstance(use.stmt, ast.Expr) or use.stmt.value is not use.call:
        return False
    ctx.drop_inside(use.call)
    ctx.delete_stmt(use.stmt)
    return ctx.converted(use)


RULE = Rule(
    sites={
        **dict.fromkeys(_MARKS, _mark),
        **dict.fromkeys(_ASKS, _ask),
        **dict.fromkeys(_FUNCTORCH, _functorch),
        "torch._C._log_api_usage_once": _told,
        "torch._assert": _assert,
        **dict.fromkeys(_CHECKS, _check),
        "torch.jit.Final": _final,
        "torch.jit._overload": _overload,
        "torch.jit._overload_method": _overload,
    }
)
