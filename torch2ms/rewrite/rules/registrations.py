"""Takes out what is registered with torch's dispatcher, compilers, exporter and pickles: MindSpore knows none of them.

`torch.library.register_fake`, `torch.onnx.register_custom_op_symbolic`, `torch.utils._pytree.register_pytree_node` go,
as statements and as decorators, and so do a `torch.library.Library` and guards of the dispatcher. An operator made with
`@torch.library.custom_op` is the function itself, and `torch.ops.lib.name(x)` calls it; a gradient that was registered
for it is to be checked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.rewrite.rules.shared.questions import is_whole_statement
from torch2ms.rewrite.rules.shared.taken_out import take_assigned, take_context, take_statement

_OPERATORS = "MindSpore calls operators without torch's dispatcher"
_EXPORTER = "MindSpore exports with ms.export"
_COMPILER = "something for torch's compilers"
_PICKLES = "MindSpore's checkpoints hold no classes"
_TREES = "MindSpore has no torch.utils._pytree"
_FUNCTIONS = "MindSpore never calls __torch_function__ or __torch_dispatch__"

# As statements, decorators and contexts they go.
_TOLD: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"torch.library.{name}": _OPERATORS
            for name in (
                *("define", "impl", "fallthrough_kernel", "register_fake", "register_kernel", "impl_abstract"),
                *("register_vmap", "register_autocast", "register_torch_dispatch", "_scoped_library"),
            )
        },
        **{
            f"torch._custom_ops.{name}": _OPERATORS
            for name in ("custom_op", "impl", "impl_abstract", "impl_save_for_backward", "impl_backward")
        },
        **{
            f"torch._C.{name}": _OPERATORS
            for name in (
                *("_ExcludeDispatchKeyGuard", "_IncludeDispatchKeyGuard", "_ForceDispatchKeyGuard"),
                *("_AutoDispatchBelowAutograd", "_AutoDispatchBelowADInplaceOrView", "_DisableAutocast"),
            )
        },
        **{
            f"torch._C.{name}": _FUNCTIONS
            for name in ("DisableTorchFunction", "DisableTorchFunctionSubclass", "_DisableTorchDispatch")
        },
        **{
            f"torch.onnx.{name}": _EXPORTER
            for name in (
                *("register_custom_op_symbolic", "unregister_custom_op_symbolic", "select_model_mode_for_export"),
                *("symbolic_helper.parse_args", "symbolic_helper.quantized_args", "symbolic_registry.register_op"),
            )
        },
        **{f"torch.{name}": _COMPILER for name in ("compiler.substitute_in_graph", "jit.strict_fusion")},
        **{
            f"torch.serialization.{name}": _PICKLES
            for name in (
                *("add_safe_globals", "clear_safe_globals", "safe_globals", "register_package"),
                *("set_default_load_endianness", "set_default_mmap_options", "set_crc32_options"),
            )
        },
        **{
            f"torch.utils.{tree}.{name}": _TREES
            for tree in ("_pytree", "pytree", "_cxx_pytree")
            for name in (
                *("register_pytree_node", "_register_pytree_node", "register_pytree_node_class", "register_constant"),
                *("register_dataclass", "_register_namedtuple", "register_pytree_flatten_spec"),
            )
        },
        "torch.fx._pytree.register_pytree_flatten_spec": _TREES,
        "torch.export.register_dataclass": _TREES,
        "torch.utils.rename_privateuse1_backend": _OPERATORS,
        "torch.utils.generate_methods_for_privateuse1_backend": _OPERATORS,
        "torch._register_device_module": _OPERATORS,
    }
)
_GRADIENTS = frozenset({"torch.library.register_autograd"})
_CUSTOM = "torch.library.custom_op"
_LIBRARY = "torch.library.Library"
_KEYS = ("torch._C.DispatchKeySet", "torch._C.DispatchKey")
_OVERRIDDEN = frozenset(f"torch.overrides.has_torch_function{ending}" for ending in ("", "_unary", "_variadic"))
# Methods of an operator made with custom_op.
_OF_OPERATORS = frozenset(
    "register_fake register_kernel register_autograd register_vmap register_autocast register_torch_dispatch".split()
)


# As values, `custom_op = torch.library.custom_op`: a decorator that gives the function itself.
_AS_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "torch.library.custom_op": "lambda name, function=None, **options: function or (lambda function: function)",
        **{
            f"torch.library.{name}": "lambda name, *options, **more: lambda function: function"
            for name in ("register_fake", "impl_abstract", "register_kernel")
        },
    }
)


# ---------------------------------------------------------------------- site by site


def _as_value(ctx: FileContext, use: Use) -> bool:
    """A name for a decorator: `custom_op = torch.library.custom_op`."""
    value = _AS_VALUES.get(use.name)
    if value is None or not isinstance(use.stmt, ast.Assign) or use.stmt.value is not use.node:
        return False
    if not all(isinstance(target, ast.Name) for target in use.stmt.targets):
        return False
    ctx.replace(use.node, value)
    return ctx.adapted(use, "", f"gives the function itself: {_OPERATORS}")


def _told(ctx: FileContext, use: Use) -> bool:
    if use.call is None and _as_value(ctx, use):
        return True
    why = _TOLD[use.name]
    taken = take_statement(ctx, use) or take_context(ctx, use)
    return taken and ctx.adapted(use, "", f"left out: {why}")


def _gradient(ctx: FileContext, use: Use) -> bool:
    """`torch.library.register_autograd("lib::name", backward, setup_context=…)`"""
    if not take_statement(ctx, use):
        return False
    message = "left out: an operator that is a function of Python has the gradient of what it computes"
    return ctx.check(use, "", message, hint="where backward is another gradient: an nn.Cell with bprop")


def _custom(ctx: FileContext, use: Use) -> bool:
    """The operator is the function, as a decorator and as a call."""
    call = use.call
    if call is None and _as_value(ctx, use):
        return True
    local = use.stmt.name if isinstance(use.stmt, ast.FunctionDef) else ""
    if any(ctx.decision(attribute) is None for attribute in _registering(ctx, local)):
        return False  # a function has no such methods
    if call is None or not take_context(ctx, use):
        match call:
            case ast.Call(args=[_, function]) if not isinstance(function, ast.Starred | ast.Constant):
                for keyword in call.keywords:
                    ctx.drop_inside(keyword)
                ctx.replace(call, "{function}", {"function": function})
            case _:
                return False
    return ctx.adapted(use, "", f"the function itself: {_OPERATORS}")


def _called(ctx: FileContext, use: Use) -> bool:
    """`torch.ops.lib.name(x)` where the file says what that is."""
    parts = use.name.removeprefix("torch.ops.").removesuffix(".default").split(".")
    function = _operators(ctx).get("::".join(parts)) if len(parts) == 2 else None
    if function is None:
        return False
    ctx.replace(use.node, function)
    return ctx.converted(use, function)


def _overridden(ctx: FileContext, use: Use) -> bool:
    if use.call is None:
        return False
    answer(ctx, use.call, use.stmt, False)
    return ctx.converted(use, "False")


# ---------------------------------------------------------------------- operators of the file


def _operators(ctx: FileContext) -> dict[str, str]:
    """The functions at the top of the file that are operators: how they are called, by the names of these."""
    found: dict[str, str] = {}
    for use in ctx.sites():
        if use.name != _CUSTOM or use.call is None or use.stmt not in ctx.tree.body:
            continue
        match use.stmt, use.call.args:
            case ast.FunctionDef(name=local, decorator_list=[only]), [ast.Constant(value=str(name))]:
                is_known = only is use.call
            case ast.Assign(targets=[ast.Name(id=local)], value=value), [ast.Constant(value=str(name)), _]:
                is_known = value is use.call
            case _:
                continue
        if is_known and all(ctx.binding_scope(node) is None for node in ctx.parents.names(local)):
            found[name] = local
    return found


def _start(ctx: FileContext) -> None:
    """Registrations that are methods of an operator: `@scaled.register_fake`."""
    if any(use.name == _CUSTOM for use in ctx.sites()):
        for local in _operators(ctx).values():
            for attribute in _registering(ctx, local):
                _method(ctx, attribute)


def _registering(ctx: FileContext, local: str) -> Iterator[ast.Attribute]:
    for node in ctx.parents.names(local):
        attribute = ctx.parents.of(node)
        if isinstance(attribute, ast.Attribute) and attribute.attr in _OF_OPERATORS:
            yield attribute


def _method(ctx: FileContext, attribute: ast.Attribute) -> None:
    name = f"torch.library.{attribute.attr}"
    use = ctx.add_site(attribute, name, ctx.parents.stmt(attribute), ctx.call_of(attribute))
    if attribute.attr == "register_autograd":
        taken = _gradient(ctx, use)
    else:
        taken = (take_statement(ctx, use) or take_context(ctx, use)) and ctx.adapted(use, "", f"left out: {_OPERATORS}")
    if not taken:
        ctx.manual(use, "T2M201", _OPERATORS, "leave it out")


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    """Names for registering functions, libraries, and dispatch keys that nothing reads any more."""
    _named(ctx)
    for use in ctx.sites():
        if use.name == _LIBRARY and ctx.outcome(use) is Outcome.MANUAL:
            if (is_whole_statement(use) and take_statement(ctx, use)) or take_assigned(ctx, use):
                ctx.adapted(use, "", f"left out: {_OPERATORS}")
    keys = list(_keys(ctx))
    flags = Flags(ctx) if keys else None
    for use in keys:
        if flags is not None and isinstance(use.stmt, ast.Assign | ast.AnnAssign) and use.stmt.value is not None:
            for binding in flags.bindings_of(use.stmt.value):
                flags.drop_if_idle(binding)


def _keys(ctx: FileContext) -> Iterator[Use]:
    return (use for use in ctx.sites() if use.name.startswith(_KEYS) and ctx.outcome(use) is Outcome.MANUAL)


# ---------------------------------------------------------------------- names for registering functions


def _named(ctx: FileContext) -> None:
    """`register_fake = torch.library.register_fake` goes with the decorators and statements it is called in."""
    names: dict[str, list[Use]] = {}
    for use in ctx.sites():
        match use.stmt:
            case ast.Assign(targets=[ast.Name(id=local)], value=value) if (
                value is use.node and use.name in (*_TOLD, _CUSTOM) and ctx.has_place(value, use.stmt)
            ):
                names.setdefault(local, []).append(use)
    for local, uses in names.items():
        calls = _registering_calls(ctx, local, {use.stmt for use in uses})
        neighbours = ctx.facts.neighbours
        if calls is None or (neighbours is not None and neighbours.pass_on(local)):
            continue
        for stmt, call in calls:
            if isinstance(stmt, ast.Expr):
                ctx.drop_inside(stmt)
                ctx.delete_stmt(stmt)
            else:
                ctx.drop_decorator(stmt, stmt.decorator_list.index(call))
                ctx.drop_inside(call)
            ctx.structural(call.func, stmt, uses[0].name, "")
        for use in uses:
            ctx.delete_stmt(use.stmt)
            ctx.adapted(use, "", f"left out: {_OPERATORS}")


def _registering_calls(
    ctx: FileContext, local: str, bound_by: set[ast.stmt]
) -> list[tuple[ast.Expr | ast.FunctionDef, ast.Call]] | None:
    """The calls of a name as a decorator or a statement; None where the file uses or binds it in another way."""
    found: list[tuple[ast.Expr | ast.FunctionDef, ast.Call]] = []
    for node in ctx.parents.names(local):
        stmt, call = ctx.parents.stmt(node), ctx.parents.of(node)
        if stmt in bound_by or not ctx.survives(node, stmt):
            continue
        if ctx.binding_scope(node) is not None or not isinstance(call, ast.Call) or call.func is not node:
            return None
        if isinstance(stmt, ast.FunctionDef) and call in stmt.decorator_list:
            if next(_registering(ctx, stmt.name), None) is not None:
                return None
        elif not isinstance(stmt, ast.Expr) or stmt.value is not call:
            return None
        found.append((stmt, call))
    bound_otherwise = any(
        isinstance(stmt, ast.FunctionDef | ast.ClassDef) and stmt.name == local and not ctx.is_deleted(stmt)
        for stmt in ctx.blocks.places
    )
    return None if bound_otherwise else found


RULE = Rule(
    sites={
        **dict.fromkeys(_TOLD, _told),
        **dict.fromkeys(_GRADIENTS, _gradient),
        **dict.fromkeys(_OVERRIDDEN, _overridden),
        _CUSTOM: _custom,
        "torch.ops.*": _called,
    },
    start=_start,
    finish=_finish,
    after=("known_conditions", "versions"),
)
