"""Takes out what sets up torch itself: switches of its backends and compilers, memory, threads and profilers.

No number hangs on them. `torch.backends.cudnn.benchmark = True` and `torch.cuda.set_device(rank)` go, `with
sdpa_kernel(…):` and `with record_function("step"):` are dedented, `torch.cuda.synchronize()` becomes that of MindSpore.
A setting that is saved and put back goes with the name it is saved under; one that is read in another way is left.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch2ms.codes import Code
from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.rewrite.rules.shared.questions import is_whole_statement
from torch2ms.rewrite.rules.shared.taken_out import take_assigned, take_context, take_statement

_CODE: Code = "T2M701"
_SETTING = "a setting of torch's own libraries"
_MEMORY = "memory statistics are in ms.runtime"
_THREADS = "threads are set with ms.set_context"
_COMPILER = "a setting of torch's compilers"
_PROFILER = "MindSpore has mindspore.profiler"

# Calls that go where they are statements.
_CALLS: Mapping[str, str] = MappingProxyType(
    {
        "torch.cuda.init": "MindSpore starts the device itself",
        "torch.cuda.ipc_collect": "MindSpore manages its memory itself",
        "torch.cuda.set_per_process_memory_fraction": "memory is limited with ms.runtime.set_memory",
        "torch.cuda.memory._record_memory_history": _MEMORY,
        "torch.set_num_threads": _THREADS,
        "torch.set_num_interop_threads": _THREADS,
        "torch.set_flush_denormal": "a setting of the processor",
        "torch.set_float32_matmul_precision": "the precision of matmul is a matter of the MindSpore context",
        "torch.use_deterministic_algorithms": "MindSpore has ms.set_deterministic",
        "torch.set_deterministic": "MindSpore has ms.set_deterministic",
        "torch.set_deterministic_debug_mode": "MindSpore has ms.set_deterministic",
        "torch.multiprocessing.set_sharing_strategy": "MindSpore tensors are not shared between processes",
        "torch.jit.set_fusion_strategy": _COMPILER,
        "torch.jit.enable_onednn_fusion": _COMPILER,
        "torch._C._jit_set_profiling_executor": _COMPILER,
        "torch._C._jit_set_profiling_mode": _COMPILER,
        "torch._C._jit_set_bailout_depth": _COMPILER,
        "torch._C._jit_set_texpr_fuser_enabled": _COMPILER,
        "torch._C._jit_set_nvfuser_enabled": _COMPILER,
        "torch._C._jit_override_can_fuse_on_cpu": _COMPILER,
        "torch._C._jit_override_can_fuse_on_gpu": _COMPILER,
        "torch._C._debug_set_fusion_group_inlining": _COMPILER,
        "torch._C._set_cudnn_benchmark": _SETTING,
        "torch._C._set_cudnn_deterministic": _SETTING,
        "torch.compiler.reset": _COMPILER,
        "torch.compiler.cudagraph_mark_step_begin": _COMPILER,
        "torch._logging.set_logs": _COMPILER,
        "torch.cuda.profiler.start": _PROFILER,
        "torch.cuda.profiler.stop": _PROFILER,
        "torch.mps.set_per_process_memory_fraction": "memory is limited with ms.runtime.set_memory",
        "torch.mps.profiler.start": _PROFILER,
        "torch.mps.profiler.stop": _PROFILER,
    }
)
# Contexts, which may be decorators, too.
_CONTEXTS: Mapping[str, str] = MappingProxyType(
    {
        "torch.nn.attention.sdpa_kernel": "MindSpore chooses the kernel of attention itself",
        "torch.profiler.record_function": _PROFILER,
        "torch.autograd.profiler.record_function": _PROFILER,
        "torch.autograd.profiler.emit_nvtx": _PROFILER,
        "torch.autograd.profiler.emit_itt": _PROFILER,
        "torch.autograd.profiler.profile": _PROFILER,
        "torch.autograd.profiler_legacy.profile": _PROFILER,
        "torch.profiler.profile": _PROFILER,
        "torch.profiler.itt.range": _PROFILER,
        "torch.cuda.profiler.profile": _PROFILER,
        "torch.mps.profiler.profile": _PROFILER,
        **{
            f"torch.{name}": "MindSpore places tensors by its context"
            for name in ("cuda.device", "cuda.device_of", "xpu.device", "npu.device", "accelerator.device_index")
        },
        "torch.autograd.detect_anomaly": "MindSpore has no anomaly detection",
        "torch.autograd.set_detect_anomaly": "MindSpore has no anomaly detection",
        "torch.autograd.set_multithreading_enabled": _THREADS,
        "torch.jit.fuser": _COMPILER,
        "torch.jit.optimized_execution": _COMPILER,
        "torch.compiler.set_stance": _COMPILER,
    }
)
# Below these, whatever is called as a statement or assigned to is a setting, and so is every context.
_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "torch.backends.*": _SETTING,
        "torch._dynamo.*": _COMPILER,
        "torch._inductor.*": _COMPILER,
        "torch._functorch.config.*": _COMPILER,
        "torch._logging.*": _COMPILER,
        "torch.compiler.config.*": _COMPILER,
        "torch.fx.experimental._config.*": _COMPILER,
        "torch.cuda.nvtx.*": _PROFILER,
        "torch.profiler.*": _PROFILER,
        "torch.autograd.profiler.*": _PROFILER,
    }
)
# What these hold is in PyTorch, not in MindSpore.
_NEVER = frozenset(
    f"torch.backends.{library}.is_available"
    for library in ("mkldnn", "mkl", "openmp", "opt_einsum", "cusparselt", "nnpack", "xnnpack", "miopen", "kleidiai")
)
_DEVICES = ("cuda", "npu", "xpu", "mps", "mlu", "musa", "hpu", "accelerator")
_RUNTIME: Mapping[str, str] = MappingProxyType(
    {
        "synchronize": "ms.runtime.synchronize",
        "empty_cache": "ms.runtime.empty_cache",
        "reset_peak_memory_stats": "ms.runtime.reset_peak_memory_stats",
        "reset_max_memory_allocated": "ms.runtime.reset_max_memory_allocated",
        "reset_max_memory_cached": "ms.runtime.reset_max_memory_reserved",
        "reset_accumulated_memory_stats": "ms.runtime.reset_peak_memory_stats",
        "memory_allocated": "ms.runtime.memory_allocated",
        "max_memory_allocated": "ms.runtime.max_memory_allocated",
        "memory_reserved": "ms.runtime.memory_reserved",
        "memory_cached": "ms.runtime.memory_reserved",
        "max_memory_reserved": "ms.runtime.max_memory_reserved",
        "max_memory_cached": "ms.runtime.max_memory_reserved",
        "memory_summary": "ms.runtime.memory_summary",
        "current_allocated_memory": "ms.runtime.memory_allocated",
        "driver_allocated_memory": "ms.runtime.memory_reserved",
    }
)
_SEEDS = frozenset(f"torch.{device}.{seed}" for device in _DEVICES for seed in ("manual_seed", "manual_seed_all"))
_SET_DEVICE = frozenset(
    f"torch.{device}.{name}" for device in _DEVICES for name in ("set_device", "set_device_index", "set_device_idx")
)
# What code asks about the device of this process, and what MindSpore says of it.
_ASKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{
            f"torch.{device}.{name}": ('ms.get_context("device_id")', "the number of the device in the context")
            for device in _DEVICES
            for name in ("current_device", "current_device_index", "current_device_idx")
        },
        **{
            f"torch.{device}.get_device_name": ('ms.get_context("device_target")', "the target of the context")
            for device in _DEVICES
        },
        "torch.get_num_threads": ('ms.get_context("runtime_num_threads")', "the threads of MindSpore's runtime"),
        "torch.are_deterministic_algorithms_enabled": (
            'ms.get_context("deterministic") == "ON"',
            "what ms.set_deterministic has set",
        ),
    }
)
_BF16 = frozenset(f"torch.{device}.is_bf16_supported" for device in _DEVICES)
_COUNTS = frozenset(f"torch.{device}.device_count" for device in _DEVICES)
_ONE_DEVICE = "a process of MindSpore works on one device"
_ORDERS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = MappingProxyType(
    {
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
    }
)
_ON_DEVICE = 'ms.get_context("device_target") != "CPU"'
_ON_CPU = 'ms.get_context("device_target") == "CPU"'
_PROCESSES = ("torch.distributed", "torch.multiprocessing", "torch.nn.parallel.DistributedDataParallel")
"""What a program uses that starts processes, of which each has a device."""
_WRAPS = frozenset({"torch._dynamo.optimize", "torch._dynamo.optimize_assert", "torch._dynamo.run"})


# ---------------------------------------------------------------------- before the sites

_QUESTIONS = ("is_", "get_", "has_", "can_", "version")
"""How the names of functions begin that are asked something."""


def _start(ctx: FileContext) -> None:
    """Settings that are assigned."""
    for use in ctx.sites():
        if (why := _family(use.name)) and _is_assigned(ctx, use):
            _leave_out(ctx, use, why)


def _family(name: str) -> str:
    """Why what is below one of the families goes; deep in a compiler of torch's there is more than settings."""
    deep = name.split(".")[2:]
    if name.startswith(("torch._dynamo.", "torch._inductor.")) and len(deep) > 1 and deep[0] != "config":
        return ""
    return next((why for family, why in _FAMILIES.items() if name.startswith(family[:-1])), "")


def _is_assigned(ctx: FileContext, use: Use) -> bool:
    """Whether a statement assigns to settings and to nothing else."""
    if isinstance(use.stmt, ast.AugAssign):
        return _is_setting(ctx, use.stmt.target)
    return isinstance(use.stmt, ast.Assign) and all(_is_setting(ctx, target) for target in use.stmt.targets)


def _is_setting(ctx: FileContext, target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_is_setting(ctx, element) for element in target.elts)
    if isinstance(target, ast.Subscript):
        return bool(_family(f"{ctx.facts.refs.get(target.value, '')}."))
    return isinstance(target, ast.Attribute) and bool(_family(f"{ctx.facts.refs.get(target.value, '')}."))


def _leave_out(ctx: FileContext, use: Use, why: str) -> bool:
    ctx.drop_inside(use.stmt)
    ctx.delete_stmt(use.stmt)
    return ctx.adapted(use, "", f"left out: {why}", _CODE)


# ---------------------------------------------------------------------- site by site


def _set_device(ctx: FileContext, use: Use) -> bool:
    return is_whole_statement(use) and _leave_out(ctx, use, "the device is set once, with ms.set_device")


def _seed(ctx: FileContext, use: Use) -> bool:
    """One statement seeds every device."""
    call = use.call
    if call is None or not is_whole_statement(use) or len(call.args) != 1:
        return False
    if any(other.name == "torch.manual_seed" for other in ctx.sites()) or any(
        other.name in _SEEDS and ctx.decision(other.node) is not None for other in ctx.sites()
    ):
        return _leave_out(ctx, use, "ms.set_seed seeds every device")
    ctx.replace(call, "ms.set_seed({seed})", {"seed": call.args[0]})
    return ctx.adapted(use, "mindspore.set_seed", "ms.set_seed seeds every device", _CODE)


def _call(ctx: FileContext, use: Use) -> bool:
    why = _CALLS[use.name]
    return take_statement(ctx, use) and ctx.adapted(use, "", f"left out: {why}", _CODE)


def _take_context(ctx: FileContext, use: Use) -> bool:
    """A context goes; a function that is asked, `return torch.backends.mps.is_macos_or_newer(14, 0)`, is none."""
    return not use.name.rpartition(".")[2].startswith(_QUESTIONS) and take_context(ctx, use)


def _context(ctx: FileContext, use: Use) -> bool:
    taken = take_statement(ctx, use) or _take_context(ctx, use) or take_assigned(ctx, use)
    return taken and ctx.adapted(use, "", f"left out: {_CONTEXTS[use.name]}", _CODE)


def _in_family(ctx: FileContext, use: Use) -> bool:
    """A name below one of the families that no rule claims by itself."""
    if not _family(use.name):
        return False
    taken = take_statement(ctx, use) or _take_context(ctx, use)
    if not taken and use.name in ctx.tables.rows:
        return False
    if not taken:
        return ctx.manual(use, _CODE, _family(use.name), "leave it out")
    return ctx.adapted(use, "", f"left out: {_family(use.name)}", _CODE)


def _never(ctx: FileContext, use: Use) -> bool:
    if use.call is None:
        return False
    answer(ctx, use.call, use.stmt, False)
    return ctx.converted(use, "False")


def _runtime(ctx: FileContext, use: Use) -> bool:
    """Memory and synchronization, of whatever device: there is one of each in MindSpore."""
    target = _RUNTIME[use.name.rpartition(".")[2]]
    text = ctx.template(target)
    if use.call is None:
        ctx.replace(use.node, text)
        return ctx.converted(use, target.replace("ms.", "mindspore.", 1))
    ctx.replace(use.call, f"{target}()")
    ctx.drop_inside(use.call)
    return ctx.converted(use, target.replace("ms.", "mindspore.", 1))


def _asked(ctx: FileContext, use: Use) -> bool:
    """A number or a name of the device, which is that of the context."""
    text, what = _ASKED[use.name]
    if use.call is None:
        return False
    ctx.replace(use.call, text)
    ctx.drop_inside(use.call)
    return ctx.adapted(use, "mindspore.get_context", f"reads {what}", _CODE)


def _bf16(ctx: FileContext, use: Use) -> bool:
    if use.call is None:
        return False
    ctx.replace(use.call, 'ms.get_context("device_target") == "Ascend"')
    ctx.drop_inside(use.call)
    message = "bfloat16 is there on Ascend from Atlas A2 on; nothing is said of it on a GPU"
    return ctx.check(use, "mindspore.get_context", message, _CODE)


def _count(ctx: FileContext, use: Use) -> bool:
    """`torch.cuda.device_count()` is 1 on a device and 0 without: `> 1` is never so, `> 0` asks for the target.

    A program that starts processes asks how many devices the machine has; that is left.
    """
    call = use.call
    if call is None:
        return False
    node, answers = _compared(ctx, call)
    if answers is not None and answers[0] is answers[1]:
        answer(ctx, node, use.stmt, answers[0])
        return ctx.adapted(use, str(answers[0]), _ONE_DEVICE, _CODE)
    above = ctx.parents.of(call)
    is_rank = isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mod | ast.FloorDiv | ast.Div)
    if is_rank or any(other.name.startswith(_PROCESSES) for other in ctx.sites()):
        return False
    is_cuda = use.name in ("torch.cuda.device_count", "torch.accelerator.device_count")
    if answers is not None:
        text = _ON_DEVICE if answers[1] else _ON_CPU
        ctx.replace(node, text if is_cuda else str(answers[0]))
    elif isinstance(above, ast.Call) and (least := _least(above, call)) is not None:
        ctx.replace(above, str(least))
    else:
        ctx.replace(call, f"int({_ON_DEVICE})" if is_cuda else "0")
    ctx.drop_inside(call)
    return ctx.adapted(use, "mindspore.get_context", _ONE_DEVICE, _CODE)


def _compared(ctx: FileContext, call: ast.Call) -> tuple[ast.expr, tuple[bool, bool] | None]:
    """The condition that a number of devices makes by itself, and what it says of none and of one."""
    match ctx.parents.of(call):
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=int(number))]) as test if left is call:
            order = _ORDERS.get(type(op))
            return test, None if order is None else (order(0, number), order(1, number))
        case ast.Compare(left=ast.Constant(value=int(number)), ops=[op], comparators=[right]) as test if right is call:
            order = _ORDERS.get(type(op))
            return test, None if order is None else (order(number, 0), order(number, 1))
        case ast.UnaryOp(op=ast.Not()) as test:
            return test, (True, False)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if test is call:
            return call, (False, True)
    return call, None


def _least(above: ast.Call, count: ast.Call) -> int | None:
    """What `max(1, torch.cuda.device_count())` is with one device and with none."""
    others = [argument for argument in above.args if argument is not count]
    numbers = [other.value for other in others if isinstance(other, ast.Constant) and isinstance(other.value, int)]
    is_max = isinstance(above.func, ast.Name) and above.func.id == "max" and not above.keywords
    if not is_max or not numbers or len(numbers) < len(others) or max(numbers) < 1:
        return None
    return max(numbers)


def _wrap(ctx: FileContext, use: Use) -> bool:
    """`torch._dynamo.optimize("inductor")(f)` is f."""
    return take_context(ctx, use) and ctx.adapted(use, "", "runs eagerly here; @ms.jit compiles it in MindSpore")


def _compile(ctx: FileContext, use: Use) -> bool:
    """`net.compile()` has torch compile a module in place."""
    return take_statement(ctx, use) and ctx.adapted(use, "", "runs eagerly here; @ms.jit compiles it in MindSpore")


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    """Names that hold nothing but settings go where nothing reads them any more."""
    open_uses = [use for use in ctx.sites() if _is_constant(use) and ctx.outcome(use) is Outcome.MANUAL]
    flags = Flags(ctx) if open_uses else None
    for use in open_uses:
        if _is_idle_attribute(ctx, use):
            ctx.converted(use)
            ctx.delete_stmt(use.stmt)
        elif flags is not None and isinstance(use.stmt, ast.Assign | ast.AnnAssign) and use.stmt.value is not None:
            for binding in flags.bindings_of(use.stmt.value):
                flags.drop_if_idle(binding)


def _is_idle_attribute(ctx: FileContext, use: Use) -> bool:
    """Whether a setting is saved in an attribute, and nothing of the file reads that any more."""
    match use.stmt:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attr)], value=value) if (
            value is use.node
        ):
            reads = [node for node in ctx.parents.attributes() if node.attr == attr and isinstance(node.ctx, ast.Load)]
            return bool(reads) and not any(ctx.survives(node, ctx.parents.stmt(node)) for node in reads)
    return False


def _is_constant(use: Use) -> bool:
    return use.call is None and (bool(_family(use.name)) or use.name.startswith("torch.nn.attention.SDPBackend"))


RULE = Rule(
    sites={
        **dict.fromkeys(_FAMILIES, _in_family),
        **dict.fromkeys(_CALLS, _call),
        **dict.fromkeys(_CONTEXTS, _context),
        **dict.fromkeys(_NEVER, _never),
        **dict.fromkeys(_SET_DEVICE, _set_device),
        **dict.fromkeys(_SEEDS, _seed),
        **dict.fromkeys(_WRAPS, _wrap),
        **dict.fromkeys(_ASKED, _asked),
        **dict.fromkeys(_BF16, _bf16),
        **dict.fromkeys(_COUNTS, _count),
        **{f"torch.{device}.{name}": _runtime for device in _DEVICES for name in _RUNTIME},
        "torch.nn.Module.compile": _compile,
    },
    start=_start,
    finish=_finish,
    after=("unused_names",),
)
