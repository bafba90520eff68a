"""Capture the signatures of an installed framework into `mappings/signatures/<framework>-<version>.json`.

A new version, step by step (MindSpore 2.11 stands for it; torch goes the same way):

1.  Install it, into an environment of its own. torch2ms need not be there: this script takes nothing but the framework.

        python -m venv /tmp/new && /tmp/new/bin/pip install mindspore==2.11.0

2.  Capture it. That writes `mappings/signatures/mindspore-2.11.json`, beside those that are there.

        /tmp/new/bin/python scripts/capture_signatures.py mindspore

3.  See what has changed, and which rows and helpers of the tables it touches.

        python scripts/signature_drift.py mindspore 2.10 2.11

    Functions that have become opaque in large numbers, or have lost their defaults, are a fault of this script rather
    than of the version: look at `inspected`, `documented` and, for single names, `KNOWN` in `captured_names.py`. New
    modules go into the lists there.

4.  Check the tables against it. From here on it is what they are checked against by default: the newest version by
    number is. An older one is asked for with `--mindspore`.

        torch2ms mappings check
        torch2ms mappings check --mindspore 2.10

5.  Mend the rows and helpers that do not hold, and run the examples of those that the drift touches with the new
    version, in an environment that has torch2ms and both frameworks.

        python scripts/run_examples.py torch.cat 'torch.nn.Conv*'
        python -m pytest tests/mappings

6.  Write the pages of the tables anew (`python scripts/generate_docs.py`) and commit them and the file together with
    the rows. Versions that are no longer supported are deleted: each is 0.5 MB.

What `inspect` cannot tell (functions written in C++) comes from the first lines of the docstring, then, for
torch, from the type stubs it ships. A name nothing is known about is listed as opaque.
"""

from __future__ import annotations

import ast
import builtins
import functools
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

from captured_names import (
    KNOWN,
    MINDSPORE_MODULES,
    TORCH_ATTRIBUTES,
    TORCH_MODULES,
    TORCH_PRIVATE,
)

OUT = Path(__file__).resolve().parent.parent / "mappings" / "signatures"

# Tensor types of old and storages: their members are those of Tensor.
LEGACY = re.compile(r"(Tensor|Storage|Parameter|Buffer|Parameter_|Tensor_)$")
Sign = Callable[[str, object], list[str]]


@dataclass
class Capture:
    """What has been found so far; the parts of a signature file.

    `fields` are the names that instances of a layer or operator have beyond those of every Cell or Primitive.
    """

    version: str
    signatures: dict[str, list[str]] = field(default_factory=dict)
    opaque: set[str] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return any(name in part for part in (self.signatures, self.opaque, self.constants, self.attributes))

    def dump(self, path: Path) -> None:
        """Write one name a line, sorted, so that versions can be compared."""
        lines = [f"{json.dumps(n)}:{json.dumps(s)}" for n, s in sorted(self.signatures.items())]
        parts = [f'"version":{json.dumps(self.version)}', '"signatures":{\n' + ",\n".join(lines) + "\n}"]
        for name in ("opaque", "constants", "attributes"):
            parts.append(f'"{name}":[\n' + ",\n".join(map(json.dumps, sorted(getattr(self, name)))) + "\n]")
        if self.fields:
            lines = [f"{json.dumps(n)}:{json.dumps(text)}" for n, text in sorted(self.fields.items())]
            parts.append('"fields":{\n' + ",\n".join(lines) + "\n}")
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


def capture_torch() -> Capture:
    """All of torch."""
    import torch

    capture = Capture(torch.__version__.partition("+")[0])
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
    return capture


def is_static(name: str, obj: object) -> bool:
    """Whether the function of a class takes no receiver."""
    return isinstance(obj, types.BuiltinFunctionType) or not isinstance(
        obj, types.FunctionType | types.MethodDescriptorType | types.WrapperDescriptorType
    )


def capture_mindspore() -> Capture:
    """All of MindSpore."""
    import mindspore

    capture = Capture(mindspore.__version__)

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
    roots = {"mindspore.nn.Cell": mindspore.nn.Cell, "mindspore.ops.Primitive": mindspore.ops.Primitive}
    roots["mindspore.Parameter"] = mindspore.Parameter
    for name in (*capture.signatures, *capture.opaque):
        found = fields_of(name, roots)
        if found:
            capture.fields[name] = " ".join(sorted(found))
    return capture


def fields_of(name: str, roots: dict[str, type]) -> set[str]:
    """The names that instances of a class have beyond those of the root it derives from; of a root, all its names."""
    module, _, last = name.rpartition(".")
    try:
        cls = getattr(importlib.import_module(module), last)
    except (ImportError, AttributeError):
        return set()
    root = next((root for root in roots.values() if isinstance(cls, type) and issubclass(cls, root)), None)
    if root is None:
        return set()
    known: type = object if name in roots else root
    if name == "mindspore.Parameter":
        known = root.__mro__[1]
    found = {name for name in dir(cls) if not hasattr(known, name)}
    for base in cls.__mro__[: cls.__mro__.index(known)]:
        found |= assigned_fields(base)
    if name == "mindspore.nn.Cell":
        found |= set(vars(cls()))
    return {name for name in found if "__" not in name}


def assigned_fields(cls: type) -> set[str]:
    """The attributes of `self` that the methods of a class assign."""
    tree = class_definitions(cls.__module__).get(cls.__qualname__)
    if tree is None:
        return set()
    targets = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return {node.attr for node in targets if isinstance(node.value, ast.Name) and node.value.id == "self"}


@functools.cache
def class_definitions(module: str) -> dict[str, ast.ClassDef]:
    """The classes at the top of a module's source, by name; none where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, KeyError, SyntaxError):
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def remove_input(text: str) -> str:
    """Some Tensor methods are documented like the function, with the receiver."""
    return without_first(text) if names_in(text)[:1] in (["self"], ["input"]) else text


def main() -> None:
    """Capture the framework named on the command line."""
    warnings.simplefilter("ignore")
    captures = {"torch": capture_torch, "mindspore": capture_mindspore}
    if len(sys.argv) != 2 or sys.argv[1] not in captures:
        raise SystemExit(f"usage: capture_signatures.py {'|'.join(captures)}")
    framework = sys.argv[1]
    capture = captures[framework]()
    path = OUT / f"{framework}-{'.'.join(capture.version.split('.')[:2])}.json"
    OUT.mkdir(parents=True, exist_ok=True)
    capture.dump(path)
    sizes = {n: len(getattr(capture, n)) for n in ("signatures", "opaque", "constants", "attributes", "fields")}
    print(path.name, path.stat().st_size, sizes)


if __name__ == "__main__":
    main()
