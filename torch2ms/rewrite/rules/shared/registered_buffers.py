"""The buffers that the modules of a file register: a MindSpore Parameter among others, told from them by its name.

A name is a buffer of the classes that register it, of those derived from them, and of no other class. Not a rewrite of
its own: the rules for buffers, parameters and changes in place ask.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_WITHOUT_MODULES = frozenset({"torch", "numpy", "scipy", "pandas", "matplotlib", "tqdm", "PIL"})

_CONTAINERS = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict", "torch.nn.Module"})

COUNTER = "num_batches_tracked"

# What the layers of MindSpore call their parameters.
_OF_LAYERS = frozenset({"weight", "bias", "gamma", "beta", "embedding_table", "in_proj_weight", "in_proj_bias"})


def is_parameter(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an attribute is a buffer that becomes a Parameter, whichever of the classes its owner may be of."""
    return _kept(ctx, node) is True


def is_plain(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an attribute is a buffer that becomes a plain Tensor attribute: one that is not persistent."""
    return _kept(ctx, node) is False


def _kept(ctx: FileContext, node: ast.expr) -> bool | None:
    """Whether checkpoints keep the buffer an attribute is; None when it is none, or may be none."""
    kind = k.settle(ctx.kind(node.value)) if isinstance(node, ast.Attribute) else k.UNKNOWN
    if not isinstance(node, ast.Attribute) or not isinstance(kind, k.Module) or kind.open:
        return None
    answers = {_keeps(ctx, c, node.attr) if isinstance(c, k.ClassInfo) else None for c in kind.classes}
    return answers.pop() if len(answers) == 1 else None


def _keeps(ctx: FileContext, cls: k.ClassInfo, name: str) -> bool | None:
    """Whether checkpoints keep this buffer of a class; that of the batch norm it derives from is a helper's."""
    if name == COUNTER and any(
        name in helper.attributes for c in cls.mro() if (helper := ctx.base_helper(c)) is not None
    ):
        return True
    return cls.keeps_buffer(name)


def buffers_of(ctx: FileContext, kind: k.Kind) -> tuple[str, ...]:
    """Names of what is a buffer in torch and a Parameter in MindSpore, in a module and in all below it.

    Of a module nothing is known of, they are those of every class of the file.
    """
    classes = parts(kind)
    names = {
        name for cls in classes or ctx.facts.classes for c in cls.mro() for name, kept in c.buffers.items() if kept
    }
    return tuple(sorted(ctx.attribute_name(name) for name in names))


def mixed_names(ctx: FileContext, kind: k.Kind) -> tuple[str, ...]:
    """Names that are a buffer of one class and may be a parameter of another, in a module and in all below it."""
    classes = parts(kind) or ctx.facts.classes
    own = {name for cls in classes for name, held in cls.attrs.items() if k.settle(held) is k.PARAMETER}
    return tuple(name for name in buffers_of(ctx, kind) if name in own or name in _OF_LAYERS)


def parts(kind: k.Kind) -> list[k.ClassInfo]:
    """The classes of the file that a module and all below it may be of; none where one of them is not known."""
    found: dict[k.ClassInfo, None] = {}
    waiting = [k.settle(kind)]
    seen: set[int] = set()
    while waiting:
        part = k.settle(waiting.pop())
        if id(part) in seen or not isinstance(part, k.Module):
            continue
        seen.add(id(part))
        if not part.classes or part.open:
            return []
        waiting.append(part.elem)
        for cls in part.classes:
            if isinstance(cls, k.ClassInfo) and cls not in found:
                found[cls] = None
                waiting.extend(_held(cls))
    return list(found)


def _held(cls: k.ClassInfo) -> Iterator[k.Kind]:
    for part in cls.mro():
        for kind in part.attrs.values():
            held = k.settle(kind)
            yield held.elem if isinstance(held, k.Seq) else held.value if isinstance(held, k.Mapping_) else held


def are_known(ctx: FileContext, kind: k.Kind) -> bool:
    """Whether all buffers of a module and of all below it are known: all of its classes are of this file or of torch,
    or the file is a program that imports no modules of others."""
    if _is_whole_program(ctx):
        return True
    if _are_layers(k.settle(kind)):
        return True
    classes = parts(kind)
    if not classes or any(cls.method("forward") is None for cls in classes):
        return False  # what has no forward is there to be derived from
    return all(k.known(held) is not k.UNKNOWN for cls in classes for held in _held(cls))


def _are_layers(kind: k.Kind) -> bool:
    """Whether a module is a layer of torch's, or a container of such."""
    if not isinstance(kind, k.Module) or kind.open or not kind.classes:
        return False
    names = [cls for cls in kind.classes if isinstance(cls, str)]
    if len(names) < len(kind.classes) or not all(name.startswith("torch.nn.") for name in names):
        return False
    return _CONTAINERS.isdisjoint(names) or _are_layers(k.settle(kind.elem))


def _is_whole_program(ctx: FileContext) -> bool:
    """Whether a file defines modules, runs them, and imports nothing that may hold modules of others."""
    runs = "main" in ctx.facts.bound or "__main__" in ctx.source.text
    makes = any(isinstance(kind, k.Module) for kind in ctx.facts.kinds.values())
    if not runs or not (makes or any(is_module_class(cls, ctx.know) for cls in ctx.facts.classes)):
        return False
    for stmt in ctx.facts.imports:
        names = [alias.name for alias in stmt.names] if isinstance(stmt, ast.Import) else [stmt.module or ""]
        if isinstance(stmt, ast.ImportFrom) and stmt.level:
            return False
        roots = {name.partition(".")[0] for name in names}
        if not all(root in sys.stdlib_module_names or root in _WITHOUT_MODULES for root in roots):
            return False
    return True


def every_parameter(ctx: FileContext, helper: str, kind: k.Kind, recurse: str = "") -> str:
    """A call of the helper `parameters` or `named_parameters` for a module, which tell buffers by name."""
    names = buffers_of(ctx, kind)
    extra = "".join(f", {text}" for text in (repr(names) if names else "", recurse) if text)
    return f"{ctx.helper(helper)}({{self}}{extra})"
