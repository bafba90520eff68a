"""Capture the signatures of a framework into `mappings/signatures/`.

    python scripts/capture_signatures.py torch
    python scripts/capture_signatures.py mindspore

What `inspect` cannot tell (functions written in C++) comes from the first lines of the docstring, then, for
torch, from the type stubs it ships. A name nothing is known about is listed as opaque.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import json
import re
import sys
import types
import typing
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "mappings" / "signatures"

TORCH_MODULES = (
    "torch",
    *("torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.parallel", "torch.nn.attention"),
    *("torch.nn.utils", "torch.nn.utils.rnn", "torch.nn.utils.parametrize", "torch.nn.utils.prune"),
    *("torch.nn.utils.parametrizations", "torch.nn.utils.fusion", "torch.nn.modules.utils"),
    *("torch.nn.utils.clip_grad", "torch.nn.utils.weight_norm", "torch.nn.utils.stateless"),
    *("torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.optim.optimizer"),
    *("torch.utils.data", "torch.utils.data.distributed", "torch.utils.data.sampler"),
    *("torch.utils.data.dataset", "torch.utils.data.dataloader", "torch.utils.data.datapipes"),
    *("torch.utils", "torch.utils.checkpoint", "torch.utils.model_zoo", "torch.utils.cpp_extension"),
    *("torch.utils.tensorboard", "torch.utils.dlpack", "torch.utils.benchmark", "torch.utils.hooks"),
    *("torch.linalg", "torch.fft", "torch.special", "torch.random", "torch.sparse", "torch.nested"),
    *("torch.autograd", "torch.autograd.functional", "torch.autograd.profiler", "torch.autograd.function"),
    *("torch.autograd.grad_mode", "torch.autograd.graph", "torch.func", "torch.masked", "torch.signal"),
    *("torch.cuda", "torch.cuda.amp", "torch.cuda.nvtx", "torch.cuda.comm", "torch.amp", "torch.cpu"),
    *("torch.cuda.random", "torch.mps", "torch.xpu", "torch.backends", "torch.backends.cudnn"),
    *("torch.backends.cuda", "torch.backends.mps", "torch.backends.mkldnn", "torch.backends.quantized"),
    *("torch.distributed", "torch.distributed.optim", "torch.distributed.fsdp", "torch.distributed.rpc"),
    *("torch.distributions", "torch.distributions.kl", "torch.distributions.constraints"),
    *("torch.jit", "torch.hub", "torch.onnx", "torch.testing", "torch.profiler", "torch.compiler"),
    *("torch.fx", "torch.overrides", "torch.serialization", "torch.version", "torch.types"),
    *("torch.multiprocessing", "torch.library", "torch.export", "torch.quantization", "torch.storage"),
    *("torch.ao.quantization", "torch.futures", "torch.return_types", "torch.functional"),
    *("torch.nn.modules.batchnorm", "torch.nn.modules.conv", "torch.nn.modules.loss"),
    *("torch.nn.modules.pooling", "torch.nn.modules.instancenorm", "torch.nn.modules.dropout"),
    *("torch.nn.modules.padding", "torch.nn.modules.rnn", "torch.nn.modules.module", "torch.nn.grad"),
    *("torch.nn.parameter", "torch.nn.modules.container", "torch.nn.modules.activation"),
)
# Private names real code imports by name.
TORCH_PRIVATE = (
    *("torch.nn.modules.batchnorm._BatchNorm", "torch.nn.modules.batchnorm._NormBase"),
    *("torch.nn.modules.conv._ConvNd", "torch.nn.modules.conv._ConvTransposeNd"),
    *("torch.nn.modules.loss._Loss", "torch.nn.modules.loss._WeightedLoss"),
    *("torch.nn.modules.instancenorm._InstanceNorm", "torch.nn.modules.dropout._DropoutNd"),
    *("torch.nn.modules.pooling._MaxPoolNd", "torch.nn.modules.pooling._AvgPoolNd"),
    *("torch.nn.modules.utils._pair", "torch.nn.modules.utils._single", "torch.nn.modules.utils._triple"),
    *("torch.nn.modules.utils._quadruple", "torch.nn.modules.utils._ntuple"),
    *("torch.nn.modules.utils._reverse_repeat_tuple", "torch.optim.lr_scheduler._LRScheduler"),
    *("torch._assert", "torch.nn.functional._Reduction", "torch.utils.data._utils"),
    *("torch.nn.modules.adaptive._ASMoutput", "torch.nn.init._calculate_fan_in_and_fan_out"),
    *("torch.nn.init._calculate_correct_fan", "torch.nn.init._no_grad_trunc_normal_"),
    *("torch.nn.init._no_grad_uniform_", "torch.nn.init._no_grad_normal_", "torch._weight_norm"),
    *("torch.Tensor._version", "torch._foreach_add_", "torch._foreach_mul_", "torch._C"),
)
# Set in __init__, so no class knows them.
TORCH_ATTRIBUTES = (
    *("torch.optim.Optimizer.param_groups", "torch.optim.Optimizer.state", "torch.optim.Optimizer.defaults"),
    *("torch.optim.lr_scheduler.LRScheduler.last_epoch", "torch.optim.lr_scheduler.LRScheduler.base_lrs"),
    *("torch.optim.lr_scheduler.LRScheduler.optimizer", "torch.utils.data.DataLoader.dataset"),
    *("torch.utils.data.DataLoader.batch_size", "torch.utils.data.DataLoader.sampler"),
    *("torch.utils.data.Subset.dataset", "torch.utils.data.Subset.indices", "torch.nn.Module.training"),
)
MINDSPORE_MODULES = (
    *("mindspore", "mindspore.nn", "mindspore.ops", "mindspore.mint", "mindspore.mint.nn"),
    *("mindspore.mint.nn.functional", "mindspore.mint.optim", "mindspore.mint.linalg"),
    *("mindspore.mint.special", "mindspore.mint.distributed", "mindspore.numpy", "mindspore.scipy"),
    *("mindspore.scipy.linalg", "mindspore.scipy.optimize", "mindspore.common.initializer"),
    *("mindspore.experimental.optim", "mindspore.experimental.optim.lr_scheduler"),
    *("mindspore.dataset", "mindspore.dataset.vision", "mindspore.dataset.transforms"),
    *("mindspore.dataset.dataloader", "mindspore.dataset.samplers", "mindspore.dataset.text"),
    *("mindspore.dataset.audio", "mindspore.amp", "mindspore.train", "mindspore.runtime"),
    *("mindspore.nn.probability.distribution", "mindspore.communication", "mindspore.context"),
    *("mindspore.parallel", "mindspore.device_context", "mindspore.hal", "mindspore.profiler"),
    *("mindspore.nn.learning_rate_schedule", "mindspore.common.dtype", "mindspore.log"),
    *("mindspore.nn.dynamic_lr", "mindspore.common.parameter", "mindspore.common.generator"),
    "mindspore.nn.cell",
)
# Where neither inspection nor the docstring tells.
TORCH_KNOWN = {
    "torch.arange": (
        "(end, *, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False)",
        "(start, end, step=1, *, out=None, dtype=None, layout=None, device=None, requires_grad=False,"
        " pin_memory=False)",
    ),
    "torch.range": ("(start, end, step=1, *, out=None, dtype=None, device=None, requires_grad=False)",),
    "torch.Tensor": ("(*args, device=None)",),
    "torch.autograd.Function.apply": ("(*args, **kwargs)",),
    "torch.nn.Module.__call__": ("(*args, **kwargs)",),
    "torch.nn.Module.forward": ("(*args, **kwargs)",),
    "torch.nn.Sequential": ("(*args)",),
    "torch.nn.Identity": ("(*args, **kwargs)",),
    "torch.unique_consecutive": ("(input, return_inverse=False, return_counts=False, dim=None)",),
    "torch.sparse.mm": ("(sparse, dense)",),
    "torch.xpu.Stream": ("(device=None, priority=0, **kwargs)",),
}
MINDSPORE_RNN = (
    "(input_size, hidden_size, num_layers=1, has_bias=True, batch_first=False, dropout=0.0,"
    " bidirectional=False, dtype=mindspore.float32)"
)
MINDSPORE_KNOWN = {
    "mindspore.Tensor": ("(input_data=None, dtype=None, shape=None, init=None, const_arg=False, device=None)",),
    "mindspore.nn.Cell": ("(auto_prefix=True, flags=None)",),
    "mindspore.nn.CellList": ("(*args, auto_prefix=True)",),
    "mindspore.nn.LSTM": (MINDSPORE_RNN,),
    "mindspore.nn.GRU": (MINDSPORE_RNN,),
    "mindspore.nn.RNN": (f"{MINDSPORE_RNN[:-1]}, *, nonlinearity='tanh')",),
    "mindspore.mint.flatten": ("(input, start_dim=0, end_dim=-1)",),
    "mindspore.mint.reshape": ("(input, shape)",),
    "mindspore.mint.squeeze": ("(input, dim)",),
    "mindspore.mint.addcdiv": ("(input, tensor1, tensor2, *, value=1)",),
    "mindspore.mint.t": ("(input)",),
    "mindspore.mint.kthvalue": ("(input, k, dim=-1, keepdim=False)",),
    "mindspore.mint.nn.Identity": ("(*args, **kwargs)",),
    "mindspore.nn.Identity": ("(*args, **kwargs)",),
    "mindspore.mint.nn.Mish": ("()",),
    "mindspore.mint.nn.SELU": ("()",),
    "mindspore.nn.CellDict": ("(*args)",),
    "mindspore.set_context": ("(**kwargs)",),
    "mindspore.common.initializer.Zero": ("()",),
    "mindspore.common.initializer.One": ("()",),
    "mindspore.common.initializer.Identity": ("()",),
}
KNOWN = {**TORCH_KNOWN, **MINDSPORE_KNOWN}
# Tensor types of old and storages: their members are those of Tensor.
LEGACY = re.compile(r"(Tensor|Storage|Parameter|Buffer|Parameter_|Tensor_)$")
Sign = Callable[[str, object], list[str]]


@dataclass
class Capture:
    """What has been found so far; the four lists of a signature file."""

    signatures: dict[str, list[str]] = field(default_factory=dict)
    opaque: set[str] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)

    def __contains__(self, name: str) -> bool:
        return any(name in part for part in (self.signatures, self.opaque, self.constants, self.attributes))

    def dump(self, path: Path) -> None:
        """Write one name a line, sorted, so that versions can be compared."""
        lines = [f"{json.dumps(n)}:{json.dumps(s)}" for n, s in sorted(self.signatures.items())]
        parts = ['"signatures":{\n' + ",\n".join(lines) + "\n}"]
        for name in ("opaque", "constants", "attributes"):
            parts.append(f'"{name}":[\n' + ",\n".join(map(json.dumps, sorted(getattr(self, name)))) + "\n]")
        path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


# Text of signatures


def clean(text: str) -> str | None:
    """A signature without annotations, in one spelling; None when it is not Python."""
    text = re.sub(r"<[^<>]*>", "...", text.replace("\\\n", " ").replace("\n", " "))
    text = re.sub(r"(\*\w+),\s*\*,", r"\1,", text)
    try:
        statement = ast.parse(f"def f{text}: ...").body[0]
    except SyntaxError:
        return None
    assert isinstance(statement, ast.FunctionDef)
    args = statement.args
    for arg in (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg):
        if arg is not None:
            arg.annotation = None
    # A positional-only marker says nothing a conversion could use.
    args.args, args.posonlyargs = [*args.posonlyargs, *args.args], []
    return f"({ast.unparse(args)})"


def names_in(text: str) -> list[str]:
    """The parameter names of a cleaned signature, variadic ones with their star."""
    args = ast.parse(f"def f{text}: ...").body[0].args  # type: ignore[attr-defined]
    found = [arg.arg for arg in args.args]
    if args.vararg:
        found.append("*" + args.vararg.arg)
    return [*found, *(arg.arg for arg in args.kwonlyargs)]


def without_first(text: str) -> str:
    """The signature without `self`."""
    node = ast.parse(f"def f{text}: ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    if node.args.args:
        if len(node.args.defaults) == len(node.args.args):
            node.args.defaults.pop(0)
        node.args.args.pop(0)
    return f"({ast.unparse(node.args)})"


def default_text(value: object) -> str:
    """A default as an expression; `...` when there is none that says the same."""
    if value is inspect.Parameter.empty:
        return ""
    if value is Ellipsis:
        return "..."
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "float('inf')" if value > 0 else "float('-inf')"
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        module = "" if value.__module__ == "builtins" else f"{value.__module__}."
        text = f"{module}{value.__qualname__}"
        return text if "<" not in text else "..."
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        inner = ", ".join(default_text(item) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    text = repr(value)
    if type(value).__module__.startswith("mindspore"):
        text = f"mindspore.{str(value).lower()}" if re.fullmatch(r"\w+\d+|Bool", str(value)) else "..."
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return "..."
    return text


def inspected(obj: object) -> str | None:
    """What `inspect` says, None when it does not know or only knows `(*args, **kwargs)`."""
    try:
        signature = inspect.signature(obj)  # type: ignore[arg-type]
        if isinstance(obj, type) and (inner := wrapped_init(obj)) is not None:
            parameters = list(inspect.signature(inner).parameters.values())[1:]
            signature = signature.replace(parameters=parameters)
    except (ValueError, TypeError):
        return None
    parts: list[str] = []
    star = False
    for param in signature.parameters.values():
        default = default_text(param.default)
        if param.kind is param.VAR_POSITIONAL:
            star = True
            parts.append(f"*{param.name}")
            continue
        if param.kind is param.VAR_KEYWORD:
            parts.append(f"**{param.name}")
            continue
        if param.kind is param.KEYWORD_ONLY and not star:
            star = True
            parts.append("*")
        parts.append(f"{param.name}={default}" if default else param.name)
    if set(parts) - {"self", "*args", "*arg"} in ({"**kwargs"}, {"**kwarg"}):
        return None
    return clean(f"({', '.join(parts)})")


def wrapped_init(cls: type) -> Callable[..., object] | None:
    """The `__init__` behind a decorator or a `__new__` that shows only `(*args, **kwargs)`."""
    init = inspect.getattr_static(cls, "__init__", None)
    new = inspect.getattr_static(cls, "__new__", None)
    if isinstance(new, staticmethod) and isinstance(init, types.FunctionType) and "__new__" in cls.__dict__:
        return init
    for cell in getattr(init, "__closure__", None) or ():
        inner = cell.cell_contents
        if isinstance(inner, types.FunctionType) and inner.__name__ == "__init__":
            return inner
    return None


def documented(doc: object, name: str) -> list[str]:
    """Overloads in a docstring: its first line, and every `.. function::` of the same name."""
    if not isinstance(doc, str):
        return []
    doc = inspect.cleandoc(doc)
    found: list[str] = []
    directive = re.compile(
        r"(?:^|\n)[ ]*(?P<lead>\.\.[ ]+(?:py:)?(?:function|method|class)::[ ]*)?"
        rf"(?:[\w.]+\.)?(?P<name>{re.escape(name)}|__init__)(?=\()"
    )
    first_paragraph = doc.find("\n\n") if "\n\n" in doc else len(doc)
    for match in directive.finditer(doc):
        if not match["lead"] and match.start() > first_paragraph:
            continue
        text = clean(balanced(doc, match.end()))
        if text is not None and text not in found:
            found.append(text)
    return found


def balanced(text: str, start: int) -> str:
    """From an opening bracket to the one that closes it."""
    depth = 0
    for index in range(start, min(len(text), start + 3000)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[index], 0)
        if depth == 0:
            return text[start : index + 1]
    return ""


def overloaded(obj: object) -> list[str]:
    """Overloads registered by `typing.overload`, with their `self`."""
    function = obj.__init__ if isinstance(obj, type) else obj  # type: ignore[misc]
    try:
        found = typing.get_overloads(typing.cast("Callable[..., object]", function))
    except AttributeError:
        return []
    return list(dict.fromkeys(text for text in map(inspected, found) if text is not None))


# Stubs of torch


def read_stubs(path: Path) -> dict[str, list[str]]:
    """Signatures in a .pyi: functions by name, methods by `Class.name` without self."""
    stubs: dict[str, list[str]] = defaultdict(list)

    def visit(body: Iterable[ast.stmt], owner: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{owner}{node.name}.")
            elif isinstance(node, ast.FunctionDef) and not deprecated_overload(node, bool(owner)):
                text = clean(f"({ast.unparse(node.args)})")
                if text is not None:
                    text = without_first(text) if owner else text
                    if text not in stubs[owner + node.name]:
                        stubs[owner + node.name].append(text)

    visit(ast.parse(path.read_text(encoding="utf-8")).body, "")
    return stubs


def deprecated_overload(node: ast.FunctionDef, method: bool) -> bool:
    """The old orders of arguments, `add(self, alpha, other)`, and dimension names."""
    names = [arg.arg for arg in node.args.args]
    required = names[: len(names) - len(node.args.defaults)]
    if (not method and names[:1] == ["self"]) or {"alpha", "beta"} & set(required):
        return True
    return "names" in {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}


# Never written by hand, or another name of what the documentation calls *size.
STUB_NOISE = {"implicit", "memory_format", "self"}


def combined(documented_texts: list[str], stub_texts: list[str]) -> list[str]:
    """The documented overloads, corrected and completed by those of the stubs.

    The documentation has the better defaults, the stubs the names the parser really takes.
    """
    documented_texts = [optional_keywords(t) for t in documented_texts if t != "(*args, **kwargs)"]
    stub_texts = [optional_keywords(text) for text in stub_texts]
    real = [{name.lstrip("*") for name in names_in(text)} for text in stub_texts]
    found: list[str] = []
    for text in documented_texts:
        names = set(names_in(text))
        variadic = any(name.startswith("*") for name in names)
        if not real or variadic or any(names - STUB_NOISE <= other for other in real):
            found.append(text)
    stars = {name.lstrip("*") for text in stub_texts for name in names_in(text) if name.startswith("*")}
    found = [starred(text) if set(positional(text)[-1:]) & stars else text for text in found]
    for text in stub_texts:
        names = {name.lstrip("*") for name in names_in(text)} - STUB_NOISE
        known = [{name.lstrip("*") for name in names_in(other)} for other in found]
        variadic = any("*" in name for other in found for name in names_in(other))
        if any(names <= other for other in known) or (variadic and names & {"size", "dims", "shape"}):
            continue
        twin = next((i for i, other in enumerate(found) if positional(other) == positional(text)), None)
        if twin is None:
            found.append(text)
        else:
            found[twin] = with_keywords(found[twin], text)
    return found


def optional_keywords(text: str) -> str:
    """`text` with `=None` for keyword-only parameters without a default.

    The documentation leaves such defaults out, and the stubs give each such keyword an overload of its own.
    """
    node = ast.parse(f"def f{text}: ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    node.args.kw_defaults = [default or ast.Constant(None) for default in node.args.kw_defaults]
    return f"({ast.unparse(node.args)})"


def starred(text: str) -> str:
    """`(size, *, dtype=None)` as `(*size, dtype=None)`."""
    node = ast.parse(f"def f{text}: ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    node.args.vararg = node.args.args.pop()
    return f"({ast.unparse(node.args)})"


def positional(text: str) -> list[str]:
    """The names of the parameters that may be given by position."""
    args = ast.parse(f"def f{text}: ...").body[0].args  # type: ignore[attr-defined]
    return [arg.arg for arg in args.args] + ["*"] * (args.vararg is not None)


def with_keywords(text: str, other: str) -> str:
    """`text` with the keyword-only parameters only `other` has."""
    node, more = ast.parse(f"def f{text}: ...").body[0], ast.parse(f"def f{other}: ...").body[0]
    assert isinstance(node, ast.FunctionDef) and isinstance(more, ast.FunctionDef)
    known = set(names_in(text))
    for arg, default in zip(more.args.kwonlyargs, more.args.kw_defaults, strict=True):
        if arg.arg not in known | STUB_NOISE:
            node.args.kwonlyargs.append(arg)
            node.args.kw_defaults.append(default)
    return f"({ast.unparse(node.args)})"


# Walking


def walk(modules: Iterable[str], capture: Capture, sign: Sign, root: str) -> None:
    """Every public name of the modules, and of the classes in them."""
    seen: set[int] = set()
    for module_name in modules:
        try:
            module = importlib.import_module(module_name)
        except ImportError:
            continue
        capture.constants.add(module_name)
        listed = getattr(module, "__all__", None)
        for name in dir(module):
            obj = getattr(module, name, None)
            if not name.startswith("_") and belongs(name, obj, module_name, listed, seen):
                take(f"{module_name}.{name}", obj, capture, sign, root, seen)


def belongs(name: str, obj: object, module_name: str, listed: list[str] | None, seen: set[int]) -> bool:
    """Whether a name is the module's own, or one it offers on purpose."""
    if isinstance(obj, types.ModuleType):
        return obj.__name__.startswith(f"{module_name}.")
    if listed is not None and name in listed:
        return True
    defined = getattr(obj, "__module__", None)
    if defined == module_name or is_plain(obj) or isinstance(obj, types.BuiltinFunctionType):
        return True
    return (listed is None or "." not in module_name) and id(obj) not in seen


def take(name: str, obj: object, capture: Capture, sign: Sign, root: str, seen: set[int]) -> None:
    """One name: a module, a constant, a function, or a class with its members."""
    if name in capture:
        return
    if isinstance(obj, types.ModuleType):
        if obj.__name__.startswith(root):
            capture.constants.add(name)
        return
    if not callable(obj) or is_plain(obj):
        if is_value(obj, root):
            capture.constants.add(name)
        return
    module = getattr(obj, "__module__", None) or ""
    if not (module.startswith(root) or type(obj).__module__.startswith(root) or module in ("", "builtins")):
        return
    if isinstance(obj, type) and getattr(builtins, obj.__name__, None) is obj:
        return
    store(name, obj, capture, sign)
    if isinstance(obj, type) and (name == f"{root}.Tensor" or not LEGACY.search(name)):
        members(name, obj, capture, sign)
    seen.add(id(obj))


def is_plain(obj: object) -> bool:
    """Whether it is a dtype or the like, callable or not."""
    return type(obj).__name__ in ("dtype", "layout", "memory_format", "Type") or (
        type(obj).__module__.startswith("mindspore._c_expression.typing")
    )


def is_value(obj: object, root: str) -> bool:
    """Whether it is a dtype, an enum value, a number: something code may name."""
    simple = isinstance(obj, int | float | str | bool)
    return simple or is_plain(obj) or type(obj).__module__.startswith(root)


def store(name: str, obj: object, capture: Capture, sign: Sign) -> None:
    """Keep the signatures of a callable."""
    texts = KNOWN.get(name) or sign(name, obj)
    if texts:
        capture.signatures[name] = list(texts)
    else:
        capture.opaque.add(name)


def members(name: str, cls: type, capture: Capture, sign: Sign) -> None:
    """Methods and attributes of a class; of tensors, modules and optimizers only what a subclass adds."""
    roots = [base for base in cls.__mro__[1:] if base.__name__ in ROOTS]
    if issubclass(cls, BaseException | Enum):
        roots = [object]
    own = [member for member in dir(cls) if not hasattr(object, member)] if not roots else list(cls.__dict__)
    own = [*own, *getattr(cls, "__annotations__", {})]
    for member in dict.fromkeys(own):
        if member.startswith("_") and member not in DUNDERS:
            continue
        found = inspect.getattr_static(cls, member, None)
        if isinstance(found, staticmethod | classmethod):
            store(f"{name}.{member}", getattr(cls, member), capture, sign)
        elif callable(found) and not isinstance(found, type):
            store(f"{name}.{member}", found, capture, sign)
        else:
            capture.attributes.add(f"{name}.{member}")


# What a subclass inherits from these is known by the name of the base.
ROOTS = (
    *("Tensor", "Module", "Cell", "Optimizer", "Primitive", "Primitive_", "Dataset", "Metric", "Callback"),
    *("Distribution", "LRScheduler", "Sampler", "TensorOperation", "Operation", "Initializer", "Py4jObject"),
)
DUNDERS = ("__call__", "__len__", "__getitem__", "__setitem__", "__array__", "__iter__", "__contains__")


# The two frameworks


def capture_torch() -> tuple[Capture, str]:
    """All of torch."""
    import torch

    capture = Capture()
    folder = Path(torch.__file__).parent
    stubs = read_stubs(folder / "_C" / "_VariableFunctions.pyi")
    stubs.update({f"nn.functional.{k}": v for k, v in read_stubs(folder / "_C" / "_nn.pyi").items()})
    for key, texts in read_stubs(folder / "_C" / "__init__.pyi").items():
        stubs[key.replace("TensorBase.", "Tensor.")] = texts

    def sign(name: str, obj: object) -> list[str]:
        last = name.rpartition(".")[2]
        is_method = name.rpartition(".")[0].rpartition(".")[2][:1].isupper()
        text = inspected(obj)
        if isinstance(obj, type) and getattr(obj, "__init__", None) is torch.nn.Module.__init__:
            return ["()"]
        if text is not None and not inspect.isbuiltin(obj):
            bound = not is_method or inspect.ismethod(obj) or is_static(name, obj)
            texts = overloaded(obj)
            if isinstance(obj, type):
                return [without_first(overload) for overload in texts] or [text]
            texts = texts or [text]
            return texts if bound else [without_first(overload) for overload in texts]
        docs = documented(getattr(obj, "__doc__", None), last)
        known = stubs.get(name.removeprefix("torch."), [])
        if isinstance(obj, type):
            known = stubs.get(f"{name.removeprefix('torch.')}.__init__", [])
        return combined(docs, known) or ([text] if text else [])

    walk(TORCH_MODULES, capture, sign, "torch")
    for name in TORCH_PRIVATE:
        module, _, last = name.rpartition(".")
        try:
            obj = getattr(importlib.import_module(module), last)
        except (ImportError, AttributeError):
            continue
        take(name, obj, capture, sign, "torch", set())
    capture.attributes.update(TORCH_ATTRIBUTES)
    capture.constants.add("torch.newaxis")
    return capture, f"torch-{'.'.join(torch.__version__.split('.')[:2])}.json"


def is_static(name: str, obj: object) -> bool:
    """Whether the function of a class takes no receiver."""
    return isinstance(obj, types.BuiltinFunctionType) or not isinstance(
        obj, types.FunctionType | types.MethodDescriptorType | types.WrapperDescriptorType
    )


def capture_mindspore() -> tuple[Capture, str]:
    """All of MindSpore."""
    import mindspore

    capture = Capture()

    def sign(name: str, obj: object) -> list[str]:
        last = name.rpartition(".")[2]
        is_method = name.rpartition(".")[0].rpartition(".")[2][:1].isupper()
        text = inspected(obj)
        if text is not None and not inspect.isbuiltin(obj):
            bound = not is_method or inspect.ismethod(obj) or is_static(name, obj)
            own = text if bound else without_first(text)
            if "args" in own and "*args" in own and is_method:
                return documented(getattr(obj, "__doc__", None), last) or [own]
            return [own]
        docs = documented(getattr(obj, "__doc__", None), last)
        return [remove_input(t) if is_method else t for t in docs] or ([text] if text else [])

    walk(MINDSPORE_MODULES, capture, sign, "mindspore")
    return capture, f"mindspore-{'.'.join(mindspore.__version__.split('.')[:2])}.json"


def remove_input(text: str) -> str:
    """Some Tensor methods are documented like the function, with the receiver."""
    return without_first(text) if names_in(text)[:1] in (["self"], ["input"]) else text


def main() -> None:
    """Capture the framework named on the command line."""
    warnings.simplefilter("ignore")
    captures = {"torch": capture_torch, "mindspore": capture_mindspore}
    if len(sys.argv) != 2 or sys.argv[1] not in captures:
        raise SystemExit(f"usage: capture_signatures.py {'|'.join(captures)}")
    capture, filename = captures[sys.argv[1]]()
    OUT.mkdir(parents=True, exist_ok=True)
    capture.dump(OUT / filename)
    sizes = {n: len(getattr(capture, n)) for n in ("signatures", "opaque", "constants", "attributes")}
    print(filename, (OUT / filename).stat().st_size, sizes)


if __name__ == "__main__":
    main()
