"""What a name, an annotation, an attribute or a base class stands for. Reads the scopes and the facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.namespaces import member as of_module
from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source import unknowns, values
from torch2ms.source.facts import Env, is_foreign, is_module_class
from torch2ms.source.state import State
from torch2ms.source.syntax import dotted

# ---------------------------------------------------------------------- names and annotations


def peek(state: State, node: ast.expr) -> k.Kind:
    """The kind of a dotted name, without recording anything."""
    if isinstance(node, ast.Name):
        return k.settle(state.env.get(node.id) or k.UNKNOWN)
    if isinstance(node, ast.Attribute):
        base = peek(state, node.value)
        if isinstance(base, k.Ref):
            return k.Ref(of_module(base.name, node.attr))
    return k.UNKNOWN


_BUILTIN_TYPES: dict[str, k.Kind] = {
    "int": k.INT,
    "float": k.FLOAT,
    "str": k.STR,
    "bool": k.BOOL,
    "list": k.Seq("list"),
    "tuple": k.Seq("tuple"),
    "dict": k.Mapping_(),
    "List": k.Seq("list"),
    "Tuple": k.Seq("tuple"),
    "Dict": k.Mapping_(),
    "np.ndarray": k.NDARRAY,
    "numpy.ndarray": k.NDARRAY,
}

_API_TYPES: dict[str, k.Kind] = {
    "torch.Tensor": k.TENSOR,
    "torch.nn.Parameter": k.PARAMETER,
    "torch.nn.Module": k.Module(),
    "torch.dtype": k.DTYPE,
    "torch.device": k.DEVICE,
    "torch.Size": k.SHAPE,
    "numpy.ndarray": k.NDARRAY,
}


def annotation(state: State, node: ast.expr) -> k.Kind:
    """The kind an annotation promises, or that of the objects of a class; UNKNOWN when it promises several."""
    if isinstance(node, ast.Constant):
        if node.value is None:
            return k.NONE
        if isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return k.UNKNOWN
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return k.join(annotation(state, node.left), annotation(state, node.right))
    if isinstance(node, ast.Subscript):
        generic = _GENERICS.get(dotted(node.value).rpartition(".")[2])
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if generic is None and _is_array_type(state, node.value):
            generic = _the_first
        return k.UNKNOWN if generic is None else generic(state, parts)
    builtin = _BUILTIN_TYPES.get(dotted(node))
    if builtin is not None:
        return builtin
    kind = peek(state, node)
    if isinstance(kind, (k.Ref, k.StoredApi)):
        return _objects_of(state, kind.name)
    if isinstance(kind, k.ClassRef):
        return k.Module((kind.cls,)) if is_module_class(kind.cls, state.knowledge) else k.Instance(kind.cls)
    return k.UNKNOWN


def _is_array_type(state: State, node: ast.expr) -> bool:
    """Whether a generic type says what is in an array: `Float[Tensor, "batch dim"]`."""
    generic = peek(state, node)
    return isinstance(generic, k.Ref) and generic.name.partition(".")[0] in ("jaxtyping", "torchtyping")


def _objects_of(state: State, name: str) -> k.Kind:
    """The kind of the objects of an imported class."""
    name = state.knowledge.canonical(name)
    found = _API_TYPES.get(name)
    if found is not None:
        return found
    if name.startswith("torch.") and name.endswith("Tensor"):
        return k.TENSOR
    if name.startswith("torch.nn.modules."):
        return k.Module()  # a base class of several layers
    made = state.knowledge.result(name)
    if isinstance(made, k.Instance):
        return made
    return k.Module((name,)) if state.knowledge.is_layer(name) else from_neighbour(state, name)


def _the_first(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    return annotation(state, parts[0])


def _one_of(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    return k.join_all(annotation(state, part) for part in parts)


def _list_of(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    return k.Seq("list", annotation(state, parts[0]))


def _returning_tensor(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    """A function that gives a tensor; what makes modules is told by the defaults and the uses."""
    result = annotation(state, parts[1]) if len(parts) == 2 else k.UNKNOWN
    return k.Returning(result) if result is k.TENSOR else k.UNKNOWN


def _generator_of(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    return k.Seq("generator", annotation(state, parts[0]))


def _tuple_of(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
        return k.Seq("tuple", annotation(state, parts[0]))
    items = tuple(annotation(state, part) for part in parts)
    return k.Seq("tuple", k.join_all(items), items)


def _dict_of(state: State, parts: Sequence[ast.expr]) -> k.Kind:
    return k.Mapping_(annotation(state, parts[1])) if len(parts) == 2 else k.UNKNOWN


_GENERICS: dict[str, Callable[[State, Sequence[ast.expr]], k.Kind]] = {
    **dict.fromkeys(("Optional", "Final", "Annotated", "ClassVar", "InitVar", "Required", "NotRequired"), _the_first),
    "Union": _one_of,
    "Callable": _returning_tensor,
    **dict.fromkeys("List list Sequence MutableSequence Iterable Collection Deque deque".split(), _list_of),
    **dict.fromkeys("Set set FrozenSet frozenset AbstractSet".split(), _list_of),
    **dict.fromkeys("Iterator AsyncIterator Generator".split(), _generator_of),
    **dict.fromkeys(("Tuple", "tuple"), _tuple_of),
    **dict.fromkeys("Dict dict Mapping MutableMapping OrderedDict defaultdict DefaultDict".split(), _dict_of),
}

# ---------------------------------------------------------------------- classes of other files


def outer_bases(state: State, name: str) -> tuple[str, ...] | None:
    """What a class of another file derives from, outside of the package; None when it cannot be found."""
    return None if state.neighbours is None else state.neighbours.bases(name)


def layers(state: State, bases: Sequence[str] | None) -> tuple[str, ...]:
    """The module classes of torch among base classes."""
    know = state.knowledge
    return tuple(name for base in bases or () if know.is_layer(name := know.canonical(base)))


def from_neighbour(state: State, name: str) -> k.Kind:
    """The kind of the objects of a class of another file: a module, or nothing known."""
    found = layers(state, outer_bases(state, name))
    if not found:
        return k.UNKNOWN
    state.facts.outer_modules.add(name)
    return k.Module(tuple(layer for layer in found if layer != "torch.nn.Module"))


def promised(state: State, name: str) -> k.Kind:
    """What a function of another file promises to return, or a method of a class there."""
    promise = None if state.neighbours is None else state.neighbours.promise(name)
    if promise is None:
        return k.UNKNOWN
    names = {node.id for node in ast.walk(promise.annotation) if isinstance(node, ast.Name)}
    for node in ast.walk(promise.annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {word.partition(".")[0] for word in _WORDS.findall(node.value)}
    outer = state.env
    state.env = Env(None, {name: k.Ref(meaning) for name in names if (meaning := promise.meaning(name)) is not None})
    found = annotation(state, promise.annotation)
    state.env = outer
    return found


_WORDS = re.compile(r"[A-Za-z_][\w.]*")


_TENSOR_CLASSES = ("Tensor", "Variable", "Parameter")


def makes_no_tensor(state: State, name: str) -> bool:
    """Whether calling an imported name makes an object that is no tensor: it is a class of another file, by its bases
    or, where that file is not at hand, by the way it is written."""
    bases = outer_bases(state, name)
    if bases is not None:
        return not any(is_torch(base) for base in bases)
    last = name.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper() and not last.endswith(_TENSOR_CLASSES)


def look_for_module(state: State, cls: k.ClassInfo) -> None:
    """Find out whether a class derived from a class of another file is a module, as far as this file shows."""
    bases = [b for c in cls.mro() for b in c.bases if isinstance(b, (k.Ref, k.StoredApi))]
    know = state.knowledge
    if any(is_torch(b.name) or know.is_layer(b.name) for b in bases):
        return
    if any(know.is_mapped(b.name) for b in bases):
        # A forward shows that a base with a row is a module, though the row does not say so.
        cls.module = cls.module or _has_forward(cls)
        return
    foreign = [b for b in bases if is_foreign(b, know)]
    if not foreign:
        return
    found = [outer_bases(state, b.name) for b in foreign]
    if any(layers(state, outer) for outer in found):
        cls.module = True
        return
    if all(outer is not None and not any(is_foreign(k.Ref(o), know) for o in outer) for outer in found):
        return
    if not _has_forward(cls) or not state.facts.knows_torch:
        return
    cls.module = True
    cls.assumed = not any(_shows_module(state, node) for node in ast.walk(cls.node))


def inherit_buffers(state: State, cls: k.ClassInfo) -> None:
    """Note the buffers that bases of other files register."""
    if state.neighbours is not None:
        for base in cls.bases:
            if isinstance(base, (k.Ref, k.StoredApi)) and is_foreign(base, state.knowledge):
                for name, kept in state.neighbours.buffers(base.name).items():
                    cls.buffers[name] = kept
                    cls.attrs.setdefault(name, k.BUFFER)


def _has_forward(cls: k.ClassInfo) -> bool:
    """Whether a class defines a forward that is a method of its objects."""
    forward = next((s for s in cls.node.body if isinstance(s, ast.FunctionDef) and s.name == "forward"), None)
    if forward is None:
        return False
    return not forward.decorator_list or dotted(forward.decorator_list[0]) not in ("staticmethod", "classmethod")


def _shows_module(state: State, node: ast.AST) -> bool:
    """Whether a node is something only a module does: `self.fc = nn.Linear(…)`, `self.register_buffer(…)`."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        target = node.targets[0]
        if isinstance(target, ast.Attribute) and dotted(target.value) == "self":
            made = peek(state, node.value.func)
            if isinstance(made, k.Ref):
                name = state.knowledge.canonical(made.name)
                return state.knowledge.is_layer(name) or name == "torch.nn.Parameter"
            return isinstance(made, k.ClassRef) and is_module_class(made.cls, state.knowledge)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr in m.MODULE_EVIDENCE or node.attr == "training"
    return False


def is_autograd_function(state: State, cls: k.ClassInfo) -> bool:
    """Whether a class of the file has a forward and a backward of its own."""
    return any(state.knowledge.canonical(base) == "torch.autograd.Function" for base in cls.torch_bases)


# ---------------------------------------------------------------------- attributes


def member(state: State, receiver: k.Kind, node: ast.Attribute) -> k.Kind:
    """The kind of an attribute of a value. An attribute that only one kind has settles the value."""
    receiver, attr = k.settle(receiver), node.attr
    if attr == "__class__":
        name = dotted(node.value)
        return k.ClassName(name) if name else k.UNKNOWN
    if isinstance(receiver, k.Var):
        receiver = _settle_by_attribute(state, receiver, attr)
    find = _MEMBERS.get(type(receiver))
    found = None if find is None else find(state, receiver, attr)
    return k.Member(attr, receiver) if found is None else found


def _settle_by_attribute(state: State, var: k.Var, attr: str) -> k.Kind:
    if attr not in state.knowledge.tensor_members:
        var.not_tensor = True
    elif var.weak and attr in m.TENSOR_PROPERTIES and attr in m.TENSOR_LIKELY:
        unknowns.need_tensor(state, var)
    return k.settle(var)


def of_file(state: State, name: str) -> k.Kind:
    """The kind of a name of the file that is asked for by its text."""
    return k.settle(state.top.get(name) or k.UNKNOWN)


def _plain_member(state: State, receiver: k.Plain, attr: str) -> k.Kind | None:
    if receiver in k.TENSORS:
        if attr == "data":
            return receiver
        if attr not in m.TENSOR_PROPERTIES:
            return None
        found = values.TENSOR_ATTRIBUTES.get(attr)
        return state.knowledge.result(f"torch.Tensor.{attr}") if found is None else found
    if receiver is k.FILE:
        return of_file(state, attr)
    return values.ARRAY_ATTRIBUTES.get(attr) if receiver is k.NDARRAY else None


def _instance_member(state: State, receiver: k.Instance, attr: str) -> k.Kind | None:
    cls = receiver.cls
    if not isinstance(cls, k.ClassInfo):
        return None
    found = _method(cls, attr) or cls.attr(attr)
    if found is not None:
        return k.settle(found)
    if attr == "saved_tensors" and is_autograd_function(state, cls):
        return k.Seq("tuple", k.TENSOR)
    return k.UNKNOWN


def _method(cls: k.ClassInfo, attr: str) -> k.Kind | None:
    """A method of an object, or what a property of it gives."""
    method = cls.method(attr)
    if method is None:
        return None
    return method.returns if method.is_property else k.FuncRef(method, True)


def _class_member(state: State, receiver: k.ClassRef, attr: str) -> k.Kind:
    method = receiver.cls.method(attr)
    if method is not None:
        return k.FuncRef(method, method.static or "classmethod" in method.decorators)
    if attr == "apply" and is_autograd_function(state, receiver.cls):
        forward = receiver.cls.method("forward")
        return k.FuncRef(forward, True) if forward is not None else k.UNKNOWN
    return receiver.cls.attr(attr) or k.UNKNOWN


def _module_member(state: State, receiver: k.Module, attr: str) -> k.Kind:
    found: k.Kind | None = None
    part: k.Kind | None
    for cls in receiver.classes:
        if isinstance(cls, k.ClassInfo):
            part = _own_member(state, cls, attr)
        else:
            part = _common_member(attr, receiver) or _layer_attribute(state, cls, attr)
        if part is not None:
            found = part if found is None else k.join(found, part)
    if found is None:
        found = _common_member(attr, receiver) or values.LAYER_ATTRIBUTES.get(attr, k.UNKNOWN)
    return found


def _common_member(attr: str, receiver: k.Module) -> k.Kind | None:
    """A member that every module has."""
    if attr not in m.MODULE_MEMBERS:
        return None
    return k.BOOL if attr == "training" else k.Member(attr, receiver)


def _layer_attribute(state: State, layer: str, attr: str) -> k.Kind | None:
    """An attribute of a torch layer; None when it has none of this name."""
    row = state.knowledge.tables.rows.get(layer)
    if row is not None and attr in row.params:
        return k.PARAMETER if attr in ("weight", "bias") else k.BUFFER
    found = values.LAYER_ATTRIBUTES.get(attr)
    if found is None and (layer in m.CONTAINERS or layer == "torch.nn.Module"):
        return k.UNKNOWN
    return found


def _own_member(state: State, cls: k.ClassInfo, attr: str) -> k.Kind:
    """An attribute of a module class of the file."""
    found = _method(cls, attr)
    if found is None:
        found = cls.attr(attr)
        found = _base_member(state, cls, attr) if found is None else k.settle(found)
    return found


def _base_member(state: State, cls: k.ClassInfo, attr: str) -> k.Kind:
    """What a module class inherits from classes that are not in the file."""
    common = _common_member(attr, k.Module((cls,)))
    if common is not None:
        return common
    for base in cls.torch_bases:
        name = state.knowledge.canonical(base)
        row = state.knowledge.tables.rows.get(name)
        if row is not None and (attr in row.params or attr in row.attrs):
            return values.LAYER_ATTRIBUTES.get(attr, k.UNKNOWN)
        if name != "torch.nn.Module" and attr in values.LAYER_ATTRIBUTES:
            return values.LAYER_ATTRIBUTES[attr]
        made = None if state.neighbours is None else state.neighbours.attribute(base, attr)
        found = layers(state, (made,)) if made is not None else ()
        if found:
            return k.Module(found)
        result = promised(state, f"{base}.{attr}")
        if result is not k.UNKNOWN:
            return k.Returning(result)
    return k.UNKNOWN


_MEMBERS: dict[type[k.Kind], Callable[..., k.Kind | None]] = {
    k.Plain: _plain_member,
    k.Module: _module_member,
    k.Instance: _instance_member,
    k.ClassRef: _class_member,
    k.Named: lambda state, receiver, attr: k.TENSOR if attr in receiver.fields else None,
    k.ClassName: lambda state, receiver, attr: receiver if attr == "__name__" else None,
    k.Var: lambda state, receiver, attr: values.OPEN_ATTRIBUTES.get(attr),
}
