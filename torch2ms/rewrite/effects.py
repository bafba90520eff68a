"""What calls of a file do to tensors: which argument they change in place, and what their result shares memory with.

This is what `analysis.sharing_run` asks. A layer that works in place (`nn.ReLU(inplace=True)`) changes its input; so
does a `Sequential` that begins with one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from torch2ms.mapping.schema import Tables
from torch2ms.rewrite.analysis.sharing import Called, Def, Function, Result, Way
from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts, is_module_class
from torch2ms.source.knowledge import Knowledge

# Methods and functions whose result is, or may be, a view of the tensor they are given.
VIEWS = frozenset(
    "view reshape transpose permute t expand expand_as unsqueeze squeeze flatten unflatten narrow select view_as "
    "swapaxes swapdims movedim moveaxis diagonal unfold ravel broadcast_to as_strided adjoint view_as_real "
    "view_as_complex to cpu atleast_1d atleast_2d atleast_3d".split()
)
# Those whose result is the tensor itself, or is where nothing is to be done, and a new one otherwise.
_CONVERSIONS = frozenset("detach contiguous float half double type long int bool bfloat16 type_as".split())
_SEVERAL_VIEWS = frozenset("unbind chunk split tensor_split hsplit vsplit dsplit split_with_sizes".split())
_LOOKS = frozenset(
    "size dim numel ndimension nelement stride is_contiguous element_size data_ptr new_zeros new_ones new_empty "
    "new_full new_tensor is_floating_point zeros_like ones_like empty_like rand_like randn_like full_like is_tensor "
    "len isinstance hasattr id type requires_grad_ is_complex".split()
)
# The position of `inplace` among the arguments of layers and functions, where it is not the first one of a layer, or
# the second one of a function.
_LAYER_POSITIONS = {
    **dict.fromkeys(
        "LeakyReLU ELU CELU Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split(), 1
    ),
    **dict.fromkeys("Hardtanh Threshold RReLU".split(), 2),
}
_FUNCTION_POSITIONS = {
    **dict.fromkeys("leaky_relu elu celu".split(), 2),
    **dict.fromkeys("hardtanh threshold dropout dropout1d dropout2d dropout3d alpha_dropout".split(), 3),
    "rrelu": 4,
}
_IN_PLACE_LAYERS = frozenset("ReLU ReLU6 SiLU Hardswish Hardsigmoid Mish SELU".split()) | frozenset(_LAYER_POSITIONS)
_EINOPS_VIEWS = {"rearrange": Result.VIEW, "repeat": Result.VIEW, "unpack": Result.VIEWS}
_FLAT = frozenset("Identity Flatten Unflatten".split())
_ADDING = {"append": 0, "add": 0, "insert": 1, "setdefault": 1, "extend": 0, "update": 0, "appendleft": 0}
_TAKING = frozenset("pop get values items popleft popitem".split())
_GATHERING = frozenset(
    "list tuple dict set zip enumerate reversed sorted iter map filter sum OrderedDict deque defaultdict chain cycle "
    "islice partial".split()
)
# Functions whose result is their argument, or is where nothing is to be done.
_MAYBE_SAME = frozenset("as_tensor asarray".split())
_SAME_FOR_REAL = frozenset("positive real conj resolve_conj resolve_neg".split())
_CACHES = ("lru_cache", "cache")
_DROPPING = frozenset("Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout Identity".split())
_DROPPING_FUNCTIONS = frozenset("dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout".split())
_NEXT = frozenset({"next", "max", "min"})


class Effects:
    """What is known of the expressions of a file, for the analysis of what shares memory."""

    def __init__(self, facts: Facts, know: Knowledge, tables: Tables) -> None:
        self._facts = facts
        self._know = know
        self._tables = tables
        self._calls: dict[ast.Call, Called] = {}
        self._in_place: dict[ast.expr, bool] = {}
        self._busy: set[ast.AST] = set()

    def is_tensor(self, node: ast.expr) -> bool:
        """Whether a value is known to be a tensor."""
        return k.settle(self._facts.kinds.get(node, k.UNKNOWN)) in k.TENSORS

    def is_written(self, node: ast.expr) -> bool:
        """Whether MindSpore writes the tensor itself when it is changed: a buffer or a Parameter."""
        return k.settle(self._facts.kinds.get(node, k.UNKNOWN)) in (k.BUFFER, k.PARAMETER)

    def is_array(self, node: ast.expr) -> bool:
        """Whether a value is known to be an array of NumPy's."""
        return k.settle(self._facts.kinds.get(node, k.UNKNOWN)) is k.NDARRAY

    def holds_none(self, node: ast.expr) -> bool:
        """Whether a value is known to be neither a tensor nor something that holds one."""
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        return kind in k.NUMBERS or kind in (k.STR, k.SHAPE, k.DTYPE, k.DEVICE)

    def selects_copy(self, index: ast.expr) -> bool:
        """Whether indexing with it makes a copy: with a tensor, an array or a list."""
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        return any(
            isinstance(part, (ast.List, ast.Compare, ast.ListComp)) or self.is_tensor(part) or self.is_array(part)
            for part in parts
        )

    def call(self, node: ast.Call) -> Called:
        """What a call does."""
        found = self._calls.get(node)
        if found is None:
            found = self._calls[node] = self._find(node)
        return found

    def _find(self, node: ast.Call) -> Called:
        func = node.func
        kind = k.settle(self._facts.calls.get(node, k.UNKNOWN))
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        if isinstance(kind, k.FuncRef):
            return self._function(kind, func)
        if isinstance(kind, k.ClassRef):
            init = kind.cls.method("__init__")
            return Called(Result.GATHERED) if init is None else Called(function=_definition(init), makes=True)
        if isinstance(kind, k.Instance) and isinstance(kind.cls, k.ClassInfo):
            method = kind.cls.method("__call__")
            return Called() if method is None else Called(function=_definition(method), receiver=func)
        name = self._facts.refs.get(func)
        if name is not None:
            return self._known(node, self._know.canonical(name), first)
        if isinstance(func, ast.Attribute) and self.is_tensor(func.value):
            return self._method(node, func)
        if isinstance(func, ast.Attribute) and self.is_array(func.value):
            return self._array_method(func)
        if isinstance(kind, k.Module) or self._may_be_layer(func, kind):
            return self._module(func, kind, first)
        overridden = self._overridden(node, func)
        if overridden is not None:
            return Called(function=overridden, receiver=func.value if isinstance(func, ast.Attribute) else None)
        if isinstance(func, ast.Lambda):
            return Called(function=func)
        if isinstance(func, ast.Name):
            function = self._lambdas.get(func.id)
            if function is not None:
                return Called(function=function)
            return self._builtin(node, func.id, first)
        return self._container(node, func) if isinstance(func, ast.Attribute) else Called()

    def makes_result(self, node: ast.Call) -> bool:
        """Whether nobody else is taken to hold what a call gives, or what is in it: a function of torch's, a layer."""
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr == "deepcopy":
            return True
        if func in self._facts.refs or (isinstance(func, ast.Attribute) and self.is_tensor(func.value)):
            return True
        kind = k.settle(self._facts.calls.get(node, k.UNKNOWN))
        return isinstance(kind, (k.Module, k.ClassRef)) or self._is_attribute_of_module(func)

    def _is_attribute_of_module(self, func: ast.expr) -> bool:
        """Whether `self.backbone` is called, and a module may be what that is."""
        while isinstance(func, ast.Subscript):
            func = func.value
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name) or func.value.id != "self":
            return False
        owner = self._owner(func)
        return owner is not None and owner.cls is not None and is_module_class(owner.cls, self._know)

    def places_of_changes(self) -> tuple[set[Function], Mapping[Function, set[Function]]]:
        """The functions that may change something in place, and the callers of each function."""
        changing: set[Function] = set()
        callers: dict[Function, set[Function]] = {}
        for call in self._facts.calls:
            called = self.call(call)
            if called.changed is None and called.function is None:
                continue
            owner = self._facts.owners.get(self._facts.stmts[call])
            caller = self._facts.tree if owner is None else owner.node
            if called.changed is not None:
                changing.add(caller)
            if called.function is not None:
                callers.setdefault(called.function, set()).add(caller)
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.Assign, ast.AugAssign)):
                targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
                if any(self._is_changed(target, isinstance(stmt, ast.AugAssign)) for target in targets):
                    changing.add(self._facts.tree if owner is None else owner.node)
        return changing, callers

    def _is_changed(self, target: ast.expr, whole: bool) -> bool:
        """Whether an assignment changes a tensor or an array."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return any(self._is_changed(part, whole) for part in target.elts)
        if isinstance(target, ast.Subscript) and (self.is_tensor(target.value) or self.is_array(target.value)):
            return True
        kind = k.settle(self._facts.kinds.get(target, k.UNKNOWN))
        return whole and not isinstance(kind, (k.Seq, k.Mapping_)) and not self.holds_none(target)

    def getter(self, node: ast.Attribute | ast.Subscript) -> Def | None:
        """The method that computes an attribute or an item: a property, `__getitem__`."""
        name = node.attr if isinstance(node, ast.Attribute) else "__getitem__"
        if name not in self._properties:
            return None
        kind = k.settle(self._facts.kinds.get(node.value, k.UNKNOWN))
        classes = (kind.cls,) if isinstance(kind, k.Instance) else kind.classes if isinstance(kind, k.Module) else ()
        for cls in classes:
            method = cls.method(name) if isinstance(cls, k.ClassInfo) else None
            if method is not None and (method.is_property or name == "__getitem__"):
                return _definition(method)
        return None

    @cached_property
    def _properties(self) -> frozenset[str]:
        """The names of all properties of the file, and `__getitem__` if a class has it."""
        methods = [(name, method) for cls in self._facts.classes for name, method in cls.methods.items()]
        return frozenset(name for name, method in methods if method.is_property or name == "__getitem__")

    def fields(self, node: ast.Call) -> Sequence[str] | None:
        """The fields that the arguments of a call become items or attributes of, in their order."""
        kind = k.settle(self._facts.calls.get(node, k.UNKNOWN))
        if isinstance(kind, k.ClassRef):
            body = kind.cls.node.body
            return [s.target.id for s in body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        if not isinstance(node.func, ast.Name):
            return None
        return () if node.func.id == "dict" and not node.args else self._named_tuples.get(node.func.id)

    @cached_property
    def _named_tuples(self) -> Mapping[str, Sequence[str]]:
        """The named tuples of the file that `namedtuple` makes, with their fields."""
        found: dict[str, Sequence[str]] = {}
        for (owner, name), values in self._assigned.items():
            for value in values if owner is None else ():
                if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("namedtuple"):
                    fields = value.args[1] if len(value.args) == 2 else None
                    if isinstance(fields, ast.Constant) and isinstance(fields.value, str):
                        found[name] = fields.value.replace(",", " ").split()
                    elif isinstance(fields, (ast.List, ast.Tuple)):
                        found[name] = [str(e.value) for e in fields.elts if isinstance(e, ast.Constant)]
        return found

    def is_of_class(self, attribute: str) -> bool:
        """Whether a class of the file has a value for an attribute that all its objects share."""
        return attribute in self._of_classes

    @cached_property
    def _lambdas(self) -> Mapping[str, ast.Lambda]:
        """The lambdas that names of the file are bound to, and to nothing else."""
        found: dict[str, list[ast.expr]] = {}
        for stmt in self._facts.owners:
            if isinstance(stmt, ast.Assign):
                for target in stmt.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(stmt.value)
        return {name: v[0] for name, v in found.items() if len(v) == 1 and isinstance(v[0], ast.Lambda)}

    @cached_property
    def _wrapped(self) -> frozenset[str]:
        """The functions of the file that a decorator wraps: what they give may be what they are given."""
        nodes = [info.node for info in self._facts.functions if info.cls is None]
        return frozenset(node.name for node in nodes if not isinstance(node, ast.Lambda) and node.decorator_list)

    @cached_property
    def _of_classes(self) -> frozenset[str]:
        found: set[str] = set()
        for cls in self._facts.classes:
            for stmt in cls.node.body:
                if isinstance(stmt, ast.Assign) and not isinstance(stmt.value, ast.Constant):
                    found.update(target.id for target in stmt.targets if isinstance(target, ast.Name))
        return frozenset(found)

    def _overridden(self, node: ast.Call, func: ast.expr) -> Def | None:
        """The method of a base class of the file in `super().method()`."""
        match func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                owner = self._facts.owners.get(self._facts.stmts[node])
                bases = [] if owner is None or owner.cls is None else list(owner.cls.mro())[1:]
                method = next((cls.methods[name] for cls in bases if name in cls.methods), None)
                return None if method is None else _definition(method)
        return None

    def _function(self, kind: k.FuncRef, func: ast.expr) -> Called:
        definition = kind.func.node
        bound = kind.bound and isinstance(func, ast.Attribute)
        return Called(
            function=definition,
            receiver=func.value if bound and isinstance(func, ast.Attribute) else None,
            cached=not isinstance(definition, ast.Lambda) and self._is_cached(definition),
        )

    def _is_cached(self, function: Def) -> bool:
        """Whether a function gives what it gave before, for the same arguments."""
        for node in function.decorator_list:
            decorator = node.func if isinstance(node, ast.Call) else node
            if ast.unparse(decorator).removeprefix("functools.") in _CACHES:
                return True
        return False

    def _known(self, node: ast.Call, name: str, first: ast.expr | None) -> Called:
        """A function of torch's or NumPy's."""
        last = name.rpartition(".")[2]
        if not name.startswith("torch."):
            if name.startswith("einops.") and first is not None and last in _EINOPS_VIEWS:
                return Called(_EINOPS_VIEWS[last], first)
            if name.startswith("numpy.") and last in ("asarray", "frombuffer") and first is not None:
                return Called(Result.VIEW, first, array=True)
            if last in _GATHERING:
                return Called(Result.GATHERED)
            if name == "copy.copy" and first is not None:
                return Called(Result.VIEW if self.is_tensor(first) else Result.GATHERED, first)
            return Called(array=name.startswith("numpy."))
        if first is None:
            return Called()
        if last in _LOOKS:
            return Called(looks=True)
        if name in ("torch.from_numpy", "torch.as_tensor"):
            return Called(Result.VIEW if name == "torch.from_numpy" or self.is_array(first) else Result.MAYBE, first)
        if last in _MAYBE_SAME:
            return Called(Result.MAYBE, first)
        if last in _SAME_FOR_REAL or name == "torch.nn.Parameter":
            return Called(Result.VIEW, first)
        if name in ("torch.broadcast_tensors", "torch.meshgrid"):
            return Called(Result.GATHERED)
        if name.startswith("torch.nn.init.") and last.endswith("_"):
            plain = isinstance(first, ast.Name) and self.is_tensor(first) and not self.is_written(first)
            return Called(Result.SAME, first, first, Way.RESULT if plain else Way.WRITES, lands=plain)
        if name.startswith("torch.nn.utils."):
            return Called(Result.SAME, first)
        if last.endswith("_") and self._works_in_place(name):
            return Called(Result.SAME, first, first, lands=True)
        if name.startswith("torch.nn.functional.") and self._flag(node, _FUNCTION_POSITIONS.get(last, 1)):
            return Called(Result.SAME, first, first)
        if name.startswith("torch.nn.functional.") and last in _DROPPING_FUNCTIONS:
            return Called(Result.MAYBE, first)
        if name.startswith("torch.nn."):
            return Called()
        if last in _SEVERAL_VIEWS:
            return Called(Result.VIEWS, first)
        return Called(Result.VIEW, first) if last in VIEWS else Called()

    def _works_in_place(self, name: str) -> bool:
        row = self._tables.rows.get(name)
        return row is not None and any(body.inplace is not None for body in row.bodies)

    def _method(self, node: ast.Call, func: ast.Attribute) -> Called:
        """A method of a tensor."""
        attr, receiver = func.attr, func.value
        if attr in _LOOKS and not (attr == "type" and node.args):
            return Called(looks=True)
        if attr.endswith("_") and self._works_in_place(self._know.canonical(f"torch.Tensor.{attr}")):
            way = Way.WRITES if self.is_written(receiver) else Way.RESULT
            return Called(Result.SAME, receiver, receiver, way, lands=True)
        if attr in _SEVERAL_VIEWS:
            return Called(Result.VIEWS, receiver)
        if attr in _CONVERSIONS:
            return Called(Result.MAYBE, receiver)
        if attr == "numpy":
            return Called(Result.VIEW, receiver, array=True)
        return Called(Result.VIEW, receiver) if attr in VIEWS else Called()

    def _array_method(self, func: ast.Attribute) -> Called:
        if func.attr in ("fill", "sort", "partition"):
            return Called(changed=func.value, way=Way.WRITES)
        if func.attr in ("view", "reshape", "transpose", "ravel", "squeeze", "swapaxes", "diagonal"):
            return Called(Result.VIEW, func.value, array=True)
        return Called(array=True)

    def _builtin(self, node: ast.Call, name: str, first: ast.expr | None) -> Called:
        if name in _LOOKS:
            return Called(looks=True)
        if name in _GATHERING:
            return Called(Result.GATHERED)
        if name in self._named_tuples:
            return Called(Result.GATHERED)
        if name in self._wrapped:
            return Called(repeats=True)
        return Called(Result.ITEM, first) if name in _NEXT and first is not None else Called()

    def _container(self, node: ast.Call, func: ast.Attribute) -> Called:
        """A method of something that may be a list or a dict."""
        if func.attr in _GATHERING and isinstance(func.value, ast.Name):
            return Called(Result.GATHERED)
        if func.attr == "fromkeys":
            return Called(Result.GATHERED, repeats=True)
        if func.attr == "copy":
            return Called(Result.GATHERED, node.args[0] if node.args else func.value)
        position = _ADDING.get(func.attr)
        if position is not None and len(node.args) > position:
            item = node.args[position]
            result = Result.ITEM if func.attr in ("extend", "update") else Result.NEW
            return Called(result, added=(func.value, item))
        if func.attr in ("values", "items"):
            return Called(Result.GATHERED, func.value)
        return Called(Result.ITEM, func.value) if func.attr in _TAKING else Called()

    # ------------------------------------------------------------------ layers

    def _may_be_layer(self, func: ast.expr, kind: k.Kind) -> bool:
        """Whether something unknown is called that the file makes as a layer in place: `act(inplace=True)`."""
        if kind is not k.UNKNOWN and not isinstance(kind, k.Var):
            return False
        return isinstance(func, (ast.Attribute, ast.Name, ast.Call, ast.Subscript)) and any(
            self._begins_in_place(value) for value in self._made(func)
        )

    def _module(self, func: ast.expr, kind: k.Kind, first: ast.expr | None) -> Called:
        """A module is called."""
        if isinstance(kind, k.Module):
            own = [cls for cls in kind.classes if isinstance(cls, k.ClassInfo)]
            forward = own[0].method("forward") if len(kind.classes) == 1 and own else None
            definition = None if forward is None else _definition(forward)
            if definition is not None:
                return Called(function=definition, receiver=func)
            if kind.classes and all(cls == "torch.nn.Identity" for cls in kind.classes):
                return Called(Result.SAME, first) if first is not None else Called()
            if all(isinstance(cls, str) and cls.removeprefix("torch.nn.") in _DROPPING for cls in kind.classes):
                return Called(Result.MAYBE, first) if first is not None and kind.classes else Called()
            if kind.classes in (("torch.nn.Flatten",), ("einops.layers.torch.Rearrange",)):
                return Called(Result.VIEW, first) if first is not None else Called()
        if first is None:
            return Called()
        made = list(self._made(func))
        for value in made:
            begun = self._block_first(value)
            if begun is not None:
                return Called(Result.NEW_OF_FUNCTION, function=begun, receiver=func)
        if any(self._begins_in_place(value) for value in made):
            whole = all(self._is_only_in_place(value) for value in made)
            return Called(Result.SAME if whole else Result.NEW, first if whole else None, first)
        return Called(Result.MAYBE, first) if made and all(self._passes_on(value) for value in made) else Called()

    def _passes_on(self, value: ast.expr) -> bool:
        """Whether what an expression makes may give its input itself: a Sequential of nothing, or of such layers."""
        if not isinstance(value, ast.Call):
            return False
        name = self._layer_name(value)
        if name != "Sequential":
            return name in _DROPPING
        return all(self._passes_on(element) for element in self._in_sequence(value))

    def _block_first(self, value: ast.expr) -> Def | None:
        """The `forward` of a class of the file that a Sequential begins with."""
        if not isinstance(value, ast.Call) or self._layer_name(value) != "Sequential":
            return None
        first = next(iter(self._in_sequence(value)), None)
        kind = k.settle(self._facts.calls.get(first, k.UNKNOWN)) if isinstance(first, ast.Call) else k.UNKNOWN
        forward = kind.cls.method("forward") if isinstance(kind, k.ClassRef) else None
        return None if forward is None else _definition(forward)

    def _made(self, func: ast.expr) -> Iterator[ast.expr]:
        """The expressions that may have made a layer which is called here."""
        if isinstance(func, ast.Call):
            yield func
        elif isinstance(func, ast.Name):
            owner = self._owner(func)
            found = self._assigned.get((owner, func.id)) or self._assigned.get((None, func.id))
            yield from found or ()
            for iterated in self._looped.get((owner, func.id), ()):
                for value in self._made(iterated):
                    yield from _elements(value)
        elif isinstance(func, ast.Attribute):
            for cls in self._classes_of(func.value):
                yield from self._assigned.get((cls, func.attr), ())
        elif isinstance(func, ast.Subscript):
            for value in self._made(func.value):
                yield from _elements(value)

    @cached_property
    def _looped(self) -> Mapping[tuple[k.FuncInfo | None, str], list[ast.expr]]:
        """What the loops over `self.layers` give names to."""
        found: dict[tuple[k.FuncInfo | None, str], list[ast.expr]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, ast.For) and isinstance(stmt.target, ast.Name) and isinstance(stmt.iter, ast.Attribute):
                found.setdefault((owner, stmt.target.id), []).append(stmt.iter)
        return found

    def _owner(self, node: ast.expr) -> k.FuncInfo | None:
        """The function a name that is called, or an attribute, is in."""
        parent = node
        stmt = self._stmt_of.get(parent)
        return None if stmt is None else self._facts.owners.get(stmt)

    @cached_property
    def _stmt_of(self) -> Mapping[ast.expr, ast.stmt]:
        """The statements of what calls call, by the innermost name of it."""
        found: dict[ast.expr, ast.stmt] = {}
        for stmt in self._facts.owners:
            if isinstance(stmt, ast.For) and isinstance(stmt.iter, ast.Attribute):
                found[stmt.iter] = found[stmt.iter.value] = stmt
        for call in self._facts.calls:
            node = call.func
            while isinstance(node, (ast.Attribute, ast.Subscript)):
                found[node] = self._facts.stmts[call]
                node = node.value
            found[node] = self._facts.stmts[call]
        return found

    def _classes_of(self, node: ast.expr) -> Iterator[k.ClassInfo]:
        """The classes of the file an object may be of, with their bases."""
        if isinstance(node, ast.Name) and node.id == "self":
            owner = self._owner(node)
            if owner is not None and owner.cls is not None:
                yield from owner.cls.mro()
            return
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.Module):
            for cls in kind.classes:
                if isinstance(cls, k.ClassInfo):
                    yield from cls.mro()

    @cached_property
    def _assigned(self) -> Mapping[tuple[k.ClassInfo | k.FuncInfo | None, str], list[ast.expr]]:
        """What is assigned to the attributes of a class, and to the names of a function or (None) of the file."""
        found: dict[tuple[k.ClassInfo | k.FuncInfo | None, str], list[ast.expr]] = {}
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and isinstance(
                stmt.value, (ast.Call, ast.IfExp, ast.List)
            ):
                for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
                    if isinstance(target, ast.Attribute) and owner is not None and owner.cls is not None:
                        found.setdefault((owner.cls, target.attr), []).append(stmt.value)
                    elif isinstance(target, ast.Name):
                        found.setdefault((owner, target.id), []).append(stmt.value)
        for call in self._facts.calls:
            func = call.func
            if isinstance(func, ast.Attribute) and func.attr == "add_module" and len(call.args) == 2:
                owner = self._facts.owners.get(self._facts.stmts[call])
                name = call.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str) and owner is not None and owner.cls:
                    found.setdefault((owner.cls, name.value), []).append(call.args[1])
        for cls in self._facts.classes:
            for stmt in cls.node.body:
                if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
                    for target in stmt.targets:
                        if isinstance(target, ast.Name):
                            found.setdefault((cls, target.id), []).append(stmt.value)
        return found

    def _begins_in_place(self, value: ast.expr) -> bool:
        """Whether a layer that an expression makes changes its input."""
        found = self._in_place.get(value)
        if found is None:
            if value in self._busy:
                return False
            self._busy.add(value)
            found = self._in_place[value] = self._find_in_place(value)
            self._busy.discard(value)
        return found

    def _find_in_place(self, value: ast.expr) -> bool:
        if isinstance(value, ast.IfExp):
            return self._begins_in_place(value.body) or self._begins_in_place(value.orelse)
        if not isinstance(value, ast.Call):
            return False
        kind = k.settle(self._facts.calls.get(value, k.UNKNOWN))
        if isinstance(kind, k.FuncRef):
            return any(self._begins_in_place(result) for result in _returned(_definition(kind.func)))
        name = self._layer_name(value)
        if name in ("Sequential", "ModuleList"):
            return self._sequence_begins_in_place(value, every=name == "ModuleList")
        if name:
            return name in _IN_PLACE_LAYERS and self._flag(value, _LAYER_POSITIONS.get(name, 0))
        # `act_layer(inplace=True)`: whatever class that is, what it makes works in place.
        alone = not value.args and [keyword.arg for keyword in value.keywords] == ["inplace"]
        return alone and not isinstance(kind, k.ClassRef) and self._flag(value, 0)

    def _layer_name(self, value: ast.Call) -> str:
        name = self._facts.refs.get(value.func)
        canonical = "" if name is None else self._know.canonical(name)
        return canonical.removeprefix("torch.nn.") if canonical.startswith("torch.nn.") else ""

    def _sequence_begins_in_place(self, value: ast.Call, every: bool) -> bool:
        for element in self._in_sequence(value):
            if self._begins_in_place(element):
                return True
            flat = isinstance(element, ast.Call) and self._layer_name(element) in _FLAT | _DROPPING
            if not flat and not every:
                return False
        return False

    def _in_sequence(self, value: ast.Call) -> Iterator[ast.expr]:
        """The layers of a Sequential, as far as they are written down; of a list in a name its first one."""
        for element in value.args:
            inner = element.value if isinstance(element, ast.Starred) else element
            if isinstance(inner, ast.Call) and self._layer_name(inner) == "":
                last = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
                if last == "OrderedDict" and inner.args and isinstance(inner.args[0], (ast.List, ast.Tuple)):
                    yield from (pair.elts[1] for pair in inner.args[0].elts if isinstance(pair, ast.Tuple))
                    continue
            if isinstance(inner, (ast.List, ast.Tuple)):
                yield from inner.elts
            elif isinstance(inner, ast.Name) and isinstance(element, ast.Starred):
                yield from self._in_list(inner.id, value)
                return
            else:
                yield inner

    def _in_list(self, name: str, before: ast.Call) -> Sequence[ast.expr]:
        """The first layers of a list that a name holds; none where it is changed otherwise than by `append`."""
        owner = self._facts.owners.get(self._facts.stmts[before]) if before in self._facts.stmts else None
        found: list[ast.expr] = []
        for stmt in self._by_owner.get(owner, ()):
            if stmt.lineno > before.lineno:
                continue
            match stmt:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                    if not isinstance(value, ast.List) or found:
                        return []
                    found.extend(value.elts)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=bound))]) if bound == name:
                    return []
                case ast.AugAssign(target=ast.Name(id=bound), value=value) if bound == name:
                    if not isinstance(value, ast.List):
                        return found
                    found.extend(value.elts)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=bound), attr=method), args=args)):
                    if bound == name and method == "append":
                        found.extend(args)
                    elif bound == name:
                        return found if method == "extend" else []
        return found

    @cached_property
    def _by_owner(self) -> Mapping[k.FuncInfo | None, list[ast.stmt]]:
        found: dict[k.FuncInfo | None, list[ast.stmt]] = {}
        for stmt, owner in self._facts.owners.items():
            found.setdefault(owner, []).append(stmt)
        return found

    def _flag(self, call: ast.Call, position: int) -> bool:
        """Whether `inplace` is given as true, or as a parameter whose default is true."""
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "inplace"), None)
        if given is None:
            given = call.args[position] if len(call.args) > position else None
        if isinstance(given, ast.Name):
            stmt = self._facts.stmts.get(call)
            owner = None if stmt is None else self._facts.owners.get(stmt)
            given = None if owner is None else default_of(owner.node.args, given.id)
        return isinstance(given, ast.Constant) and given.value is True

    def _is_only_in_place(self, value: ast.expr) -> bool:
        """Whether the result of a layer in place is its input: a single one, and not the first of several."""
        if isinstance(value, ast.IfExp):
            return self._is_only_in_place(value.body) and self._is_only_in_place(value.orelse)
        return isinstance(value, ast.Call) and self._layer_name(value) not in ("Sequential",)


def _elements(value: ast.expr) -> Iterator[ast.expr]:
    """What a list, or a ModuleList of one, is written with."""
    for element in value.args if isinstance(value, ast.Call) else [value]:
        if isinstance(element, (ast.List, ast.Tuple)):
            yield from element.elts
        elif isinstance(element, (ast.ListComp, ast.GeneratorExp)):
            yield element.elt
        elif isinstance(element, ast.Dict):
            yield from element.values


def _definition(info: k.FuncInfo) -> Def | None:
    return None if isinstance(info.node, ast.Lambda) else info.node


def _returned(function: Def | None) -> Iterator[ast.expr]:
    for node in () if function is None else ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
