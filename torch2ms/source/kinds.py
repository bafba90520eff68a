"""What kind of value an expression has, as far as one file can tell.

Kinds are small immutable values, except `Var`: the kind of a value nothing is known of yet (a parameter without
annotation, the result of an unknown call). Uses that only one kind admits (`x.unsqueeze(0)`) settle a `Var` for
every place its value reaches.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final


class Kind:
    """Base of all kinds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Plain(Kind):
    """A kind without parts; compared by name."""

    name: str


TENSOR: Final = Plain("tensor")
PARAMETER: Final = Plain("parameter")
BUFFER: Final = Plain("buffer")
INT: Final = Plain("int")
FLOAT: Final = Plain("float")
NUMBER: Final = Plain("number")
NUMPY: Final = Plain("numpy")
"""A number of NumPy's, or one that may be."""
BOOL: Final = Plain("bool")
STR: Final = Plain("str")
NONE: Final = Plain("none")
NDARRAY: Final = Plain("ndarray")
DTYPE: Final = Plain("dtype")
DEVICE: Final = Plain("device")
SHAPE: Final = Plain("shape")
OTHER: Final = Plain("other")
FILE: Final = Plain("file")
"""The file itself, as `sys.modules[__name__]` gives it."""
UNKNOWN: Final = Plain("unknown")

TENSORS: Final = frozenset({TENSOR, PARAMETER, BUFFER})
NUMBERS: Final = frozenset({INT, FLOAT, NUMBER, NUMPY, BOOL})


EITHER: Final = "list or tuple"
"""The name of a sequence that callers give as a list and as a tuple."""


@dataclass(frozen=True, slots=True)
class Seq(Kind):
    """A list, tuple, set, generator or iterator; `items` when every element is known by position."""

    name: str
    elem: Kind = UNKNOWN
    items: tuple[Kind, ...] | None = None


@dataclass(frozen=True, slots=True)
class Mapping_(Kind):
    """A dict. `fields`: its keys and their values, where all of them are strings that are written out."""

    value: Kind = UNKNOWN
    fields: tuple[tuple[str, Kind], ...] | None = None

    def field(self, key: str) -> Kind:
        """The kind of the value under a key."""
        return next((kind for name, kind in self.fields or () if name == key), self.value)


@dataclass(frozen=True, slots=True)
class Named(Kind):
    """A named tuple as `torch.max(x, dim)` returns it."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ref(Kind):
    """An API itself, reached through an import: `nn.Conv2d` is Ref("torch.nn.Conv2d")."""

    name: str


@dataclass(frozen=True, slots=True)
class StoredApi(Kind):
    """An API held in a variable (`norm_layer=nn.BatchNorm2d`): not a textual reference.

    `open`: a caller may have put something else there."""

    name: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Module(Kind):
    """An `nn.Module`. `classes`: the torch classes or classes of this file it may be; empty when unknown.

    `elem` is the kind of the children of a container. `open`: it may also be of another class."""

    classes: tuple[str | ClassInfo, ...] = ()
    elem: Kind = UNKNOWN
    open: bool = False


@dataclass(frozen=True, slots=True)
class Instance(Kind):
    """An object of a class of this file that is not a module, or of an API class (`torch.optim.SGD`)."""

    cls: str | ClassInfo


@dataclass(frozen=True, slots=True)
class ClassRef(Kind):
    """A class of this file."""

    cls: ClassInfo


@dataclass(frozen=True, slots=True)
class FuncRef(Kind):
    """A function of this file, `owner` being the object it is bound to, if any."""

    func: FuncInfo
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Returning(Kind):
    """A function of which nothing is known but what it returns."""

    result: Kind


@dataclass(frozen=True, slots=True)
class ClassName(Kind):
    """The name of the class of a value, as a str: `m.__class__.__name__`; `of` is the variable m."""

    of: str


@dataclass(frozen=True, slots=True)
class Either(Kind):
    """What an import binds to something of torch's on one path of the program, and to something else on another."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Kind):
    """A method not called yet: `x.view` of a known receiver."""

    name: str
    receiver: Kind


@dataclass(slots=True, eq=False)
class Var(Kind):
    """A kind to be found out. `weak`: it arrives in a forward method or a module has returned it, so that any Tensor
    attribute settles it. `not_tensor`: it is used as no tensor can be. `origin`: values that are tensors if this one is
    (`x` of `x + 1`). `calls`: what callers pass, each once and in their order, so that the same file always gives the
    same result."""

    weak: bool = False
    not_tensor: bool = False
    origin: tuple[Kind, ...] = ()
    called: bool = False
    has_modes: bool = False
    like_module: bool = False
    settled: Kind | None = None
    default: Kind | None = None
    calls: dict[Kind, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class FuncInfo:
    """A function or method of the file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    cls: ClassInfo | None = None
    params: dict[str, Kind] = field(default_factory=dict)
    rest: dict[str, Var] = field(default_factory=dict)
    """What each of the arguments behind `*args` or `**kwargs` is, by what callers pass."""
    returns: Kind = UNKNOWN
    static: bool = False
    is_property: bool = False
    generator: bool = False
    decorators: tuple[str, ...] = ()
    given_none: set[str] = field(default_factory=set)
    """Parameters that have None for their default, or are given it by a caller in the file."""


@dataclass(slots=True, eq=False)
class ClassInfo:
    """A class of the file. `torch_bases`: torch classes it derives from, directly or not.

    `module`: it derives from a class of another file and must be a module; `assumed`: nothing but its `forward`
    says so. `is_mixin`: it derives from nothing itself, and only modules of the file derive from it."""

    node: ast.ClassDef
    bases: tuple[Kind, ...] = ()
    module: bool = False
    assumed: bool = False
    is_mixin: bool = False
    methods: dict[str, FuncInfo] = field(default_factory=dict)
    attrs: dict[str, Kind] = field(default_factory=dict)
    fresh: dict[str, Kind] = field(default_factory=dict)
    buffers: dict[str, bool] = field(default_factory=dict)
    """The buffers registered under a literal name, on this class or by a base of another file; whether checkpoints
    keep them. Those that begin as None are not among them."""

    @property
    def name(self) -> str:
        """Its identifier."""
        return self.node.name

    def mro(self) -> tuple[ClassInfo, ...]:
        """This class and its bases of the same file."""
        found = {id(self): self}
        todo = [b.cls for b in self.bases if isinstance(b, ClassRef)]
        while todo:
            cls = todo.pop(0)
            if id(cls) not in found:
                found[id(cls)] = cls
                todo.extend(b.cls for b in cls.bases if isinstance(b, ClassRef))
        return tuple(found.values())

    @property
    def torch_bases(self) -> tuple[str, ...]:
        """The torch classes among its bases, through classes of this file too."""
        return tuple(b.name for c in self.mro() for b in c.bases if isinstance(b, (Ref, StoredApi)))

    def method(self, name: str) -> FuncInfo | None:
        """The method of this name, inherited ones included."""
        if name in self.methods:
            return self.methods[name]
        return next((c.methods[name] for c in self.mro() if name in c.methods), None)

    def keeps_buffer(self, name: str) -> bool | None:
        """Whether checkpoints keep the buffer of this name; None when neither the class nor a base registers it."""
        return next((c.buffers[name] for c in self.mro() if name in c.buffers), None)

    def attr(self, name: str) -> Kind | None:
        """The kind of an instance attribute; None when no method sets it."""
        found: Kind | None = None
        for cls in self.mro():
            if name in cls.attrs:
                found = cls.attrs[name] if found is None else join(found, cls.attrs[name])
        return found


def settle(kind: Kind) -> Kind:
    """The kind behind a `Var`, the `Var` itself while it is open."""
    while isinstance(kind, Var) and kind.settled is not None:
        kind = kind.settled
    return kind


def known(kind: Kind) -> Kind:
    """Like `settle`, an open `Var` being UNKNOWN."""
    kind = settle(kind)
    return UNKNOWN if isinstance(kind, Var) else kind


def is_tensor(kind: Kind) -> bool:
    """Tensor, Parameter or buffer."""
    return settle(kind) in TENSORS


def join(a: Kind, b: Kind) -> Kind:
    """The kind of a value that is one or the other. None joins with anything: a method call rules it out.

    With a tensor, a `Var` stays itself: what settles the value settles it too.
    """
    a, b = settle(a), settle(b)
    if a is b or a == b:
        return a
    if a is NONE:
        return b
    if b is NONE:
        return a
    if a in TENSORS and b in TENSORS:
        return TENSOR
    if isinstance(a, Var) and b in TENSORS:
        return a
    if isinstance(b, Var) and a in TENSORS:
        return b
    if a in NUMBERS and b in NUMBERS:
        return NUMPY if NUMPY in (a, b) else NUMBER
    if isinstance(a, Module) and isinstance(b, Module):
        if not a.classes or not b.classes:
            return Module()
        return Module(tuple(dict.fromkeys(a.classes + b.classes)), join(a.elem, b.elem), a.open or b.open)
    if isinstance(a, Member) and isinstance(b, Member) and a.name == b.name:
        receiver = join(a.receiver, b.receiver)
        return UNKNOWN if receiver is UNKNOWN else Member(a.name, receiver)
    for value, other in ((a, b), (b, a)):
        if isinstance(value, StoredApi):
            if isinstance(other, Var) and other.default is NONE:
                return StoredApi(value.name, True)
            if isinstance(other, StoredApi) and other.name == value.name:
                return StoredApi(value.name, True)
    if isinstance(a, Seq) and isinstance(b, Seq):
        name = a.name if a.name == b.name else EITHER if {a.name, b.name} <= {"list", "tuple", EITHER} else "list"
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            return Seq(name, join(a.elem, b.elem), tuple(map(join, a.items, b.items)))
        if a.items == ():
            return Seq(name, b.elem)
        if b.items == ():
            return Seq(name, a.elem)
        return Seq(name, join(a.elem, b.elem))
    if isinstance(a, Mapping_) and isinstance(b, Mapping_):
        return _join_mappings(a, b)
    if {a, b} <= {SHAPE} or (a is SHAPE and isinstance(b, Seq)) or (b is SHAPE and isinstance(a, Seq)):
        return SHAPE
    return UNKNOWN


def _join_mappings(a: Mapping_, b: Mapping_) -> Kind:
    if a.fields is None or b.fields is None:
        return Mapping_(join(a.value, b.value))
    merged = dict(a.fields)
    for name, kind in b.fields:
        merged[name] = join(merged[name], kind) if name in merged else kind
    return Mapping_(join_all(merged.values()), tuple(merged.items()))


def join_all(kinds: Iterable[Kind]) -> Kind:
    """`join` over several kinds; UNKNOWN for none."""
    result: Kind | None = None
    for kind in kinds:
        result = kind if result is None else join(result, kind)
    return UNKNOWN if result is None else result
