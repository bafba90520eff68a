"""What a call gives, by what is called. The call and its arguments have been run; nothing is run here."""

from __future__ import annotations

import ast
from collections.abc import Callable

from torch2ms.source import evidence, lookup, unknowns, values
from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source.facts import is_module_class
from torch2ms.source.outlines import registered
from torch2ms.source.state import State
from torch2ms.source.syntax import dotted
from torch2ms.source.values import Call


def of_call(state: State, callee: k.Kind, call: Call) -> k.Kind:
    """The kind of what a call returns; an unknown one is a variable that later uses may settle."""
    find = _BY_CALLEE.get(type(callee))
    found = None if find is None else find(state, callee, call)
    if found is not None:
        return found
    node = call.node
    if isinstance(node.func, ast.Name) and state.env.get(node.func.id) is None:
        return _builtin(state, node.func.id, call)
    if (
        state.frame.in_forward
        and isinstance(node.func, ast.Attribute)
        and isinstance(state.kind(node.func.value), k.Module)
    ):
        return unknowns.likely_tensor(state, node)
    return unknowns.open_unknown(state, k.UNKNOWN, node, "()")


# ---------------------------------------------------------------------- functions and classes of the file


def _function(state: State, callee: k.FuncRef, call: Call) -> k.Kind:
    unknowns.pass_arguments(state, callee.func, callee.bound and not callee.func.static, call)
    if isinstance(callee.func.node, ast.Lambda):
        _register_by_lambda(state, callee.func.node, call)
    return unknowns.open_unknown(state, callee.func.returns, call.node, "()")


def _register_by_lambda(state: State, function: ast.Lambda, call: Call) -> None:
    """`register = lambda name, t: self.register_buffer(name, t)` is called with a name that is written down."""
    match function.body, call.node.args:
        case (
            ast.Call(func=ast.Attribute(value=owner, attr="register_buffer"), args=[ast.Name(id=name), *_]),
            [ast.Constant(value=str() as buffer), *_],
        ) if function.args.args and function.args.args[0].arg == name:
            for cls in values.own_classes(state.kind(owner)):
                cls.buffers[buffer] = True
                unknowns.set_attribute(state, cls, buffer, k.BUFFER, call.node)


def _class(state: State, callee: k.ClassRef, call: Call) -> k.Kind:
    init = callee.cls.method("__init__")
    if init is not None:
        unknowns.pass_arguments(state, init, True, call)
    return k.Module((callee.cls,)) if is_module_class(callee.cls, state.knowledge) else k.Instance(callee.cls)


def _instance(state: State, callee: k.Instance, call: Call) -> k.Kind | None:
    if not isinstance(callee.cls, k.ClassInfo):
        return None
    method = callee.cls.method("__call__")
    return k.UNKNOWN if method is None else method.returns


def _module(state: State, callee: k.Module, call: Call) -> k.Kind:
    results = [
        _own_module(state, cls, call) if isinstance(cls, k.ClassInfo) else _layer(state, cls, callee, call)
        for cls in callee.classes
    ]
    result = k.join_all(results)
    if k.known(result) is k.UNKNOWN:
        return unknowns.likely_tensor(state, call.node)
    return result


def _own_module(state: State, cls: k.ClassInfo, call: Call) -> k.Kind:
    know = state.knowledge
    forward = cls.method("forward")
    if forward is not None:
        unknowns.pass_arguments(state, forward, True, call)
        return forward.returns
    base = next((name for base in cls.torch_bases if know.is_layer(name := know.canonical(base))), None)
    return k.UNKNOWN if base is None else know.layer_result(base)


def _layer(state: State, layer: str, callee: k.Module, call: Call) -> k.Kind:
    if layer == "torch.nn.Identity":
        return call.args[0] if call.args else state.knowledge.layer_result(layer)
    if layer == "torch.nn.Sequential":
        return values.sequential_result(state.knowledge, callee)
    if layer not in m.CONTAINERS and layer != "torch.nn.Module" and call.args:
        unknowns.need_tensor(state, call.args[0])
    return state.knowledge.layer_result(layer)


# ---------------------------------------------------------------------- APIs of torch and others

# Functions of several tensors that take a sequence of them as well.
_OF_SEVERAL = frozenset(
    f"torch.{name}" for name in "meshgrid broadcast_tensors block_diag cartesian_prod atleast_1d atleast_2d".split()
)
_EXTREMES = frozenset({"torch.max", "torch.min", "torch.median", "torch.nanmedian"})


def _api(state: State, callee: k.Ref, call: Call) -> k.Kind:
    made = _mapped if state.knowledge.is_mapped(callee.name) else _foreign
    result = made(state, callee.name, call)
    opened = unknowns.open_unknown(state, result, call.node, "()")
    is_outside = made is _foreign or callee.name in state.knowledge.tables.outside
    if isinstance(opened, k.Var) and is_outside and lookup.makes_no_tensor(state, callee.name):
        opened.not_tensor = True
    return opened


def _transform(state: State, call: Call) -> None:
    """A function of the file that `vmap` or `grad` is given gets tensors; where an axis is None, it may be anything."""
    function = k.settle(call.args[0]) if call.args else k.UNKNOWN
    if not isinstance(function, k.FuncRef):
        return
    args = function.func.node.args
    count = len(args.args) - function.bound - len(args.defaults)
    given = ast.Call(call.node.func, [call.node] * count, [])
    kinds: list[k.Kind] = [k.TENSOR] * count
    for dims in (*call.node.args[1:2], *(word.value for word in call.node.keywords if word.arg == "in_dims")):
        for place, dim in enumerate(dims.elts[:count] if isinstance(dims, ast.Tuple) else []):
            if isinstance(dim, ast.Constant) and dim.value is None:
                kinds[place] = k.UNKNOWN
    told = call._replace(node=given, args=kinds, keywords={})
    unknowns.pass_arguments(state, function.func, function.bound and not function.func.static, told)


def _mapped(state: State, name: str, call: Call) -> k.Kind:
    name = state.knowledge.canonical(name)
    if name in m.ARRAY_FUNCTIONS:
        return _like_its_array(state, name, call)
    if name in m.GIVE_THEIR_MODULE:
        given = k.settle(call.args[0] if call.args else call.keywords.get("module", k.UNKNOWN))
        return given if isinstance(given, k.Module) else k.Module()
    if name in m.TRANSFORMS:
        _transform(state, call)
    positions, names = state.knowledge.tensor_positions(name)
    if positions and not (name in _OF_SEVERAL and len(call.args) == 1):
        for index, kind in enumerate(call.args):
            if index in positions:
                unknowns.need_tensor(state, kind)
        for keyword, kind in call.keywords.items():
            if keyword in names:
                unknowns.need_tensor(state, kind)
    result = state.knowledge.result(name)
    if name == "torch.where":
        return k.TENSOR if len(call.args) + len(call.keywords) > 1 else k.Seq("tuple", k.TENSOR)
    if name == "torch.nonzero":
        return values.nonzero(call)
    if name in _EXTREMES:
        along = "dim" in call.keywords or (len(call.args) > 1 and k.known(call.args[1]) in k.NUMBERS)
        if along:
            return values.VALUES_AND_INDICES
        alone = len(call.args) == 1 and not call.keywords
        other = call.args[1] if len(call.args) > 1 else call.keywords.get("other", k.UNKNOWN)
        return k.TENSOR if alone or k.is_tensor(other) else result
    if name.startswith("torch.utils.data."):
        return _data(state, name.rpartition(".")[2], call, result)
    if name in m.CONTAINERS and isinstance(result, k.Module):
        return k.Module(result.classes, _children(state, call), result.open)
    return result


def _like_its_array(state: State, name: str, call: Call) -> k.Kind:
    """What a function of einops' returns, which takes tensors, arrays of NumPy's, and lists of them: the same."""
    given = call.args[:-1] if m.ARRAY_FUNCTIONS[name] == "all" else call.args[:1]
    for kind in given or [call.keywords.get("tensor", k.UNKNOWN)]:
        found = k.settle(values.element(kind) if isinstance(k.settle(kind), k.Seq) else kind)
        if isinstance(found, k.Var) and found.weak:
            unknowns.need_tensor(state, found)
        elif isinstance(found, k.Var) and not state.arrays:
            unknowns.suppose(state, found, k.TENSOR, name)
        result = k.settle(found)
    return result if m.ARRAY_FUNCTIONS[name] != "parts" else state.knowledge.result(name)


def _data(state: State, name: str, call: Call, result: k.Kind) -> k.Kind:
    """What data sets and loaders hold."""
    if name == "TensorDataset":
        return k.Seq("dataset", k.Seq("tuple", k.TENSOR, (k.TENSOR,) * len(call.args)))
    if not call.args and "dataset" not in call.keywords:
        return result
    held = k.settle(call.args[0] if call.args else call.keywords["dataset"])
    if name == "Subset":
        return held
    if name == "random_split":
        return k.Seq("list", held)
    own = not call.keywords.keys().isdisjoint(("collate_fn", None))
    if name != "DataLoader" or own or k.known(call.keywords.get("batch_size", k.INT)) is k.NONE:
        return result
    return k.Seq("loader", values.collated(_item_of(held)))


def _item_of(dataset: k.Kind) -> k.Kind:
    """What indexing a data set gives."""
    if isinstance(dataset, k.Instance) and isinstance(dataset.cls, k.ClassInfo):
        method = dataset.cls.method("__getitem__")
        return k.UNKNOWN if method is None else method.returns
    return values.element(dataset) if isinstance(dataset, k.Seq) else k.UNKNOWN


def _children(state: State, call: Call) -> k.Kind:
    """The kind of the children of a container that is made by a call."""
    alone = len(call.args) == 1
    return k.join_all(
        values.element(state.kind(node.value)) if isinstance(node, ast.Starred) else values.contents(kind, alone)
        for kind, node in zip(call.args, call.node.args, strict=True)
    )


def _stored_api(state: State, callee: k.StoredApi, call: Call) -> k.Kind:
    if not state.knowledge.is_mapped(callee.name):
        return k.UNKNOWN if callee.open else lookup.promised(state, callee.name)
    result = state.knowledge.result(state.knowledge.canonical(callee.name))
    if callee.open and isinstance(result, k.Module):
        return k.Module(result.classes, result.elem, True)
    return result


_INT_MATH = frozenset({"ceil", "floor", "gcd", "prod", "comb", "factorial", "isqrt"})


def _ordered_dict(call: Call) -> k.Kind:
    return k.Mapping_((values.second(values.element(call.args[0])) if call.args else None) or k.UNKNOWN)


def _copy(call: Call) -> k.Kind | None:
    return call.args[0] if call.args else None


_FOREIGN: dict[str, Callable[[Call], k.Kind | None]] = {
    "collections.OrderedDict": _ordered_dict,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "functools.partial": lambda call: k.UNKNOWN,
    "itertools.chain": lambda call: k.Seq("generator", k.join_all(map(values.element, call.args))),
}


def _foreign(state: State, name: str, call: Call) -> k.Kind:
    """What an API outside of torch returns."""
    root, _, rest = name.partition(".")
    if root == "numpy":
        has_size = len(call.args) >= values.NUMPY_SIZES.get(rest, len(call.args) + 1) or "size" in call.keywords
        if rest in values.NUMPY_ELEMENTWISE and any(k.settle(kind) is k.NDARRAY for kind in call.args):
            return k.NDARRAY
        return k.NDARRAY if has_size else values.NUMPY_SCALARS.get(rest, k.NDARRAY)
    if root == "math":
        return k.INT if rest in _INT_MATH else k.FLOAT
    if root in m.PLAIN_MODULES or root in m.WITHOUT_TENSORS:
        return k.OTHER
    result = _FOREIGN.get(name)
    found = None if result is None else result(call)
    if found is None:
        found = lookup.from_neighbour(state, name)
    return lookup.promised(state, name) if found is k.UNKNOWN else found


# ---------------------------------------------------------------------- methods


def _member(state: State, callee: k.Member, call: Call) -> k.Kind:
    result = _method(state, callee, call)
    return unknowns.open_unknown(state, result, call.node, "()", values.chain(callee, call))


def _method(state: State, callee: k.Member, call: Call) -> k.Kind:
    receiver = k.settle(callee.receiver)
    if isinstance(receiver, k.Var):
        receiver = _settle_by_method(state, receiver, callee.name, call)
        if isinstance(receiver, k.Var) and callee.name in values.SAME_OBJECT:
            return receiver
    find = _BY_RECEIVER.get(type(receiver))
    return k.UNKNOWN if find is None else find(state, receiver, callee.name, call)


def _object_method(state: State, receiver: k.Instance, name: str, call: Call) -> k.Kind:
    """What a method of an object of an API class gives; what optimizers give is left to the rules."""
    if isinstance(receiver.cls, k.ClassInfo) or receiver.cls.startswith("torch.optim."):
        return k.UNKNOWN
    return state.knowledge.result(f"{receiver.cls}.{name}")


def _settle_by_method(state: State, var: k.Var, name: str, call: Call) -> k.Kind:
    """Learn from a method that only one kind has. In a file that knows nothing of torch, only what arrives in a module
    of another file's making is looked at."""
    if not state.facts.knows_torch and not var.weak:
        return var
    if name in ("train", "eval") and len(call.args) <= (name == "train") and not call.keywords:
        var.has_modes = True
        if name == "eval" and _is_unused(state, call.node):
            unknowns.suppose(state, var, k.Module(), name)  # what is evaluated is read, and a mode is set
        return unknowns.module_if_called(state, var)
    if name in m.MODULE_MEMBERS and name not in m.MODULE_OR_OPTIMIZER:
        var.like_module = True
        unknowns.module_if_called(state, var)
    if name in m.MODULE_EVIDENCE:
        unknowns.suppose(state, var, k.Module(), name)
        return k.settle(var)
    if _is_unused(state, call.node) and not name.endswith("_") and name != "backward":
        return k.settle(var)  # of a tensor that would be no use
    how = evidence.fit(state.knowledge, name, call)
    if how is evidence.Fit.NEITHER:
        var.not_tensor = True
    elif how is evidence.Fit.METHOD and evidence.shows_tensor(name, call, var.weak, state.arrays):
        if var.weak:
            unknowns.need_tensor(state, var)
        else:
            unknowns.suppose(state, var, k.TENSOR, name)
    return k.settle(var)


def _is_unused(state: State, call: ast.Call) -> bool:
    """Whether nothing is done with what a call returns."""
    return isinstance(state.statement, ast.Expr) and state.statement.value is call


def _plain_method(state: State, receiver: k.Plain, name: str, call: Call) -> k.Kind:
    if receiver in k.TENSORS:
        return values.tensor_call(state.knowledge, name, receiver, call)
    if receiver is k.SHAPE:
        return values.TUPLE_METHODS.get(name, k.UNKNOWN)
    if receiver is k.STR:
        return values.STR_METHODS.get(name, k.UNKNOWN)
    if receiver is not k.NDARRAY:
        return k.UNKNOWN
    if name in values.ARRAY_REDUCTIONS and not call.args and not call.keywords:
        return k.NUMPY
    return values.ARRAY_METHODS.get(name, k.NDARRAY)


def _sequence_method(state: State, receiver: k.Seq, name: str, call: Call) -> k.Kind:
    if receiver.name == "tuple":
        return values.TUPLE_METHODS.get(name, k.UNKNOWN)
    if name in ("append", "extend") and call.args and isinstance(call.node.func, ast.Attribute):
        added = call.args[0] if name == "append" else values.element(call.args[0])
        unknowns.grow(state, call.node.func.value, receiver, added)
    return receiver.elem if name == "pop" else values.LIST_METHODS.get(name, k.UNKNOWN)


def _open_method(state: State, receiver: k.Var, name: str, call: Call) -> k.Kind:
    """Sizes, of whatever has them."""
    if name not in ("size", "dim") or not all(k.known(kind) in k.NUMBERS for kind in call.args):
        return k.UNKNOWN
    return k.INT if name == "dim" or call.args else k.Seq("tuple", k.INT)


_MAPPING_METHODS: dict[str, Callable[[k.Mapping_], k.Kind]] = {
    "items": lambda receiver: values.pairs(receiver.value, "list"),
    "values": lambda receiver: k.Seq("list", receiver.value),
    "keys": lambda receiver: k.Seq("list", k.STR),
    "get": lambda receiver: receiver.value,
    "pop": lambda receiver: receiver.value,
    "setdefault": lambda receiver: receiver.value,
    "copy": lambda receiver: receiver,
}


def _mapping_method(state: State, receiver: k.Mapping_, name: str, call: Call) -> k.Kind:
    result = _MAPPING_METHODS.get(name)
    return k.UNKNOWN if result is None else result(receiver)


# ---------------------------------------------------------------------- methods of a module


def _module_method(state: State, receiver: k.Module, name: str, call: Call) -> k.Kind:
    if name in values.SAME_MODULE:
        return receiver
    find = _MODULE_METHODS.get(name)
    return values.MODULE_METHODS.get(name, k.UNKNOWN) if find is None else find(state, receiver, call)


def _some_children(state: State, receiver: k.Module, call: Call) -> k.Kind:
    return k.Seq("generator", receiver.elem if isinstance(k.settle(receiver.elem), k.Module) else k.Module())


def _forward(state: State, receiver: k.Module, call: Call) -> k.Kind:
    return _module(state, receiver, call._replace(keywords={}))


def _register_buffer(state: State, receiver: k.Module, call: Call) -> k.Kind:
    found = registered(call.node)
    if found is not None:
        for cls in values.own_classes(receiver):
            cls.buffers[found.value] = cls.buffers.get(found.value, False) or found.persistent
    return _register(state, receiver, k.BUFFER, call)


def _register_parameter(state: State, receiver: k.Module, call: Call) -> k.Kind:
    return _register(state, receiver, k.PARAMETER, call)


def _register(state: State, receiver: k.Module, kind: k.Kind, call: Call) -> k.Kind:
    if len(call.args) > 1:
        unknowns.need_tensor(state, call.args[1])
    return k.NONE if _set_named(state, receiver, kind, call) else k.UNKNOWN


def _add_module(state: State, receiver: k.Module, call: Call) -> k.Kind:
    _set_named(state, receiver, call.args[1] if len(call.args) > 1 else k.UNKNOWN, call)
    return k.NONE


def _set_named(state: State, receiver: k.Module, kind: k.Kind, call: Call) -> bool:
    """Set the attribute that the first argument names; whether it names one."""
    keywords = (keyword.value for keyword in call.node.keywords if keyword.arg == "name")
    name = call.node.args[0] if call.node.args else next(keywords, None)
    if not isinstance(name, ast.Constant):
        return False
    for cls in values.own_classes(receiver):
        unknowns.set_attribute(state, cls, str(name.value), kind, call.node)
    return True


def _append(state: State, receiver: k.Module, call: Call) -> k.Kind:
    """`append(child)`, `insert(index, child)`."""
    return _grow(state, receiver, call.args[-1] if call.args else k.UNKNOWN, call)


def _extend(state: State, receiver: k.Module, call: Call) -> k.Kind:
    return _grow(state, receiver, values.element(call.args[-1] if call.args else k.UNKNOWN), call)


def _grow(state: State, receiver: k.Module, added: k.Kind, call: Call) -> k.Kind:
    if not isinstance(call.node.func, ast.Attribute):
        return k.UNKNOWN
    elem = added if receiver.elem is k.UNKNOWN else k.join(receiver.elem, added)
    target = call.node.func.value
    # A container that an object holds which is no module is left as it was made.
    if not isinstance(target, ast.Attribute) or isinstance(state.kind(target.value), k.Module):
        unknowns.rebind(state, target, k.Module(receiver.classes, k.settle(elem)))
    return k.NONE


def _given_by(state: State, receiver: k.Module, cls: str | k.ClassInfo) -> k.Kind:
    """What a module of a class gives, whatever it is called with."""
    if isinstance(cls, k.ClassInfo):
        forward = cls.method("forward")
        return k.UNKNOWN if forward is None else forward.returns
    if cls == "torch.nn.Sequential":
        return values.sequential_result(state.knowledge, receiver)
    return state.knowledge.layer_result(cls)


def _register_hook(state: State, receiver: k.Module, call: Call) -> k.Kind:
    """A function of the file is told of what a module is given and gives."""
    hook = k.settle(call.args[0]) if call.args else k.UNKNOWN
    if isinstance(hook, k.FuncRef):
        given = ast.Call(call.node.func, [call.node, call.node, call.node], [])
        result = k.known(k.join_all(_given_by(state, receiver, cls) for cls in receiver.classes))
        told = call._replace(node=given, args=[receiver, k.Seq("tuple"), result], keywords={})
        unknowns.pass_arguments(state, hook.func, hook.bound and not hook.func.static, told)
    return k.UNKNOWN


_MODULE_METHODS: dict[str, Callable[[State, k.Module, Call], k.Kind]] = {
    "register_forward_hook": _register_hook,
    "children": _some_children,
    "values": lambda state, receiver, call: k.Seq("list", receiver.elem),
    "items": lambda state, receiver, call: values.pairs(receiver.elem, "list"),
    "forward": _forward,
    "register_buffer": _register_buffer,
    "register_parameter": _register_parameter,
    "add_module": _add_module,
    "register_module": _add_module,
    "append": _append,
    "insert": _append,
    "extend": _extend,
}

# ---------------------------------------------------------------------- builtin functions


def _builtin(state: State, name: str, call: Call) -> k.Kind:
    found = values.BUILTIN_CALLS.get(name)
    if found is None:
        result = _BUILTINS.get(name)
        found = None if result is None else result(state, call)
    return k.UNKNOWN if found is None else found


def _sequence_like(state: State, call: Call) -> k.Kind | None:
    """`sorted`, `reversed`, `iter`: the elements are those of the argument."""
    return k.Seq("list", values.element(call.args[0])) if call.args else None


def _sequence(name: str) -> Callable[[State, Call], k.Kind]:
    """`list` and `tuple` keep what is known by position."""

    def made(state: State, call: Call) -> k.Kind:
        if not call.args:
            return k.Seq(name, k.UNKNOWN, ())
        kind = k.settle(call.args[0])
        if isinstance(kind, k.Seq):
            return k.Seq(name, kind.elem, kind.items)
        return k.Seq(name, values.element(kind))

    return made


def _set(state: State, call: Call) -> k.Kind:
    return k.Seq("list", values.element(call.args[0])) if call.args else k.Seq("list", k.UNKNOWN, ())


def _dict(state: State, call: Call) -> k.Kind:
    if len(call.args) != 1 or call.node.keywords:
        fields = {name: kind for name, kind in call.keywords.items() if name is not None}
        whole = not call.args and None not in call.keywords
        return k.Mapping_(k.join_all(fields.values()), tuple(fields.items()) if whole else None)
    (given,) = call.args
    value = values.second(values.element(given))
    if value is not None:
        return k.Mapping_(value)
    return given if isinstance(k.settle(given), k.Mapping_) else k.Mapping_(k.UNKNOWN)


def _super(state: State, call: Call) -> k.Kind | None:
    cls = state.frame.function.cls if state.frame.function is not None else None
    if cls is None:
        return None
    if not is_module_class(cls, state.knowledge):
        return None if any(map(state.knowledge.is_mapped, cls.torch_bases)) else k.OTHER
    return k.Module(
        tuple(
            base.cls if isinstance(base, k.ClassRef) else state.knowledge.canonical(base.name)
            for base in cls.bases
            if isinstance(base, (k.Ref, k.StoredApi, k.ClassRef))
        )
    )


def _enumerate(state: State, call: Call) -> k.Kind | None:
    if not call.args:
        return None
    return k.Seq("generator", k.Seq("tuple", k.UNKNOWN, (k.INT, values.element(call.args[0]))))


def _zip(state: State, call: Call) -> k.Kind:
    items = tuple(map(values.element, call.args))
    return k.Seq("generator", k.Seq("tuple", k.join_all(items), items))


_COMPUTED = k.NUMBERS | k.TENSORS


def _number(state: State, call: Call) -> k.Kind | None:
    """`sum`, `abs`, `pow`, `round`: of a number or a tensor the same, of a sequence what its elements are."""
    if not call.args:
        return None
    kind = k.settle(call.args[0])
    if kind in _COMPUTED:
        return kind
    return values.element(kind) if isinstance(kind, k.Seq) or kind is k.SHAPE else None


def _extreme(state: State, call: Call) -> k.Kind | None:
    """`max` and `min`, of one sequence or of several values."""
    if len(call.args) > 1 and k.settle(call.args[0]) in _COMPUTED:
        return k.join_all(call.args)
    return _number(state, call)


def _map(state: State, call: Call) -> k.Kind:
    """A function of the file is called with every item."""
    callee = k.settle(call.args[0]) if call.args else k.UNKNOWN
    given = list(map(k.settle, call.args[1:]))
    if not isinstance(callee, k.FuncRef) or any(isinstance(node, ast.Starred) for node in call.node.args):
        return k.Seq("generator")
    items = [kind.items if isinstance(kind, k.Seq) and kind.items else (values.element(kind),) for kind in given]
    nodes = call.node.args[1:]
    for kinds in zip(*items, strict=False):
        each = call._replace(node=ast.Call(call.node.func, nodes, []), args=list(kinds), keywords={})
        unknowns.pass_arguments(state, callee.func, callee.bound and not callee.func.static, each)
    return k.Seq("generator", callee.func.returns)


def _getattr(state: State, call: Call) -> k.Kind | None:
    """`getattr(sys.modules[__name__], "Net")`: a name of the file."""
    match call.node.args:
        case [_, ast.Constant(value=str() as name)] if k.settle(call.args[0]) is k.FILE:
            return values.stored(lookup.of_file(state, name))
    return None


def _type(state: State, call: Call) -> k.Kind | None:
    name = dotted(call.node.args[0]) if len(call.args) == 1 else ""
    return k.ClassName(name) if name else None


_BUILTINS: dict[str, Callable[[State, Call], k.Kind | None]] = {
    "list": _sequence("list"),
    "tuple": _sequence("tuple"),
    "set": _set,
    **dict.fromkeys(("sorted", "iter", "reversed"), _sequence_like),
    "dict": _dict,
    "super": _super,
    "enumerate": _enumerate,
    "zip": _zip,
    **dict.fromkeys(("sum", "abs", "pow", "round"), _number),
    **dict.fromkeys(("max", "min"), _extreme),
    "next": lambda state, call: values.element(call.args[0]) if call.args else None,
    "type": _type,
    "getattr": _getattr,
    "globals": lambda state, call: k.FILE,
    "map": _map,
    "filter": lambda state, call: k.Seq("generator", values.element(call.args[1])) if len(call.args) == 2 else None,
}

# ---------------------------------------------------------------------- tables by kind

_BY_CALLEE: dict[type[k.Kind], Callable[..., k.Kind | None]] = {
    k.Member: _member,
    k.Ref: _api,
    k.StoredApi: _stored_api,
    k.FuncRef: _function,
    k.Returning: lambda state, callee, call: unknowns.open_unknown(state, callee.result, call.node, "()"),
    k.ClassRef: _class,
    k.Module: _module,
    k.Instance: _instance,
}

_BY_RECEIVER: dict[type[k.Kind], Callable[..., k.Kind]] = {
    k.Plain: _plain_method,
    k.Seq: _sequence_method,
    k.Mapping_: _mapping_method,
    k.Module: _module_method,
    k.Instance: _object_method,
    k.Var: _open_method,
}
