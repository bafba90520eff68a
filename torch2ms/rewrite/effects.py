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
from torch2ms.rewrite.called_layers import DROPPING, CalledLayers, Others
from torch2ms.rewrite.changed_later import ChangedLater
from torch2ms.rewrite.inplace_flags import Begins
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts, is_module_class
from torch2ms.source.input_changes import InputChange, Passed
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.syntax import named_tuple_fields

# Methods and functions whose result is, or may be, a view of the tensor they are given.
VIEWS = frozenset(
    "view reshape transpose permute t expand expand_as unsqueeze squeeze flatten unflatten narrow select view_as "
    "swapaxes swapdims movedim moveaxis diagonal unfold ravel broadcast_to as_strided adjoint view_as_real "
    "view_as_complex to cpu atleast_1d atleast_2d atleast_3d".split()
)
# Those whose result is the tensor itself, or is where nothing is to be done, and a new one otherwise.
_CONVERSIONS = frozenset(("detach", "contiguous"))
_CASTS = frozenset("float half double type long int bool bfloat16 type_as".split())
_SEVERAL_VIEWS = frozenset("unbind chunk split tensor_split hsplit vsplit dsplit split_with_sizes".split())
_LOOKS = frozenset(
    "size dim numel ndimension nelement stride is_contiguous element_size data_ptr is_floating_point is_tensor "
    "len isinstance hasattr id type requires_grad_ is_complex".split()
)
# Those that make a tensor of the size and dtype of the one they are given.
_MAKES_ALIKE = frozenset(
    "new_zeros new_ones new_empty new_full new_tensor zeros_like ones_like empty_like rand_like randn_like "
    "randint_like full_like".split()
)
_EINOPS_VIEWS = {"rearrange": Result.VIEW, "repeat": Result.VIEW, "unpack": Result.VIEWS}
_ADDING = {"append": 0, "add": 0, "insert": 1, "setdefault": 1, "extend": 0, "update": 0, "appendleft": 0}
_TAKING = frozenset("pop get values items popleft popitem".split())
_GATHERING = frozenset(
    "list tuple dict set zip enumerate reversed sorted iter map filter sum OrderedDict deque defaultdict chain cycle "
    "islice partial".split()
)
# Functions whose result is their argument, or is where nothing is to be done.
_MAYBE_SAME = frozenset("as_tensor asarray".split())
_SAME_FOR_REAL = frozenset("positive real conj resolve_conj resolve_neg".split())
_OPERATOR_NAMES = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()
_OPERATORS = frozenset(f"operator.i{name}" for name in _OPERATOR_NAMES)
_IN_PLACE_METHODS = frozenset(f"__i{name}__" for name in _OPERATOR_NAMES)
_CACHES = ("lru_cache", "cache")
_DROPPING_FUNCTIONS = frozenset("dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout".split())
_HOLDING = frozenset("TensorDataset from_pretrained".split())
"""What makes objects of torch's that hold the tensors they are given; distributions do as well."""
_NEXT = frozenset({"next", "max", "min"})


class Effects:
    """What is known of the expressions of a file, for the analysis of what shares memory."""

    def __init__(
        self, facts: Facts, know: Knowledge, tables: Tables, others: Others, every_result: bool = False
    ) -> None:
        """`every_result`: it matters of every call whether it gives what it is given, and not only of those whose
        result is changed later."""
        self._every_result = every_result
        self._facts = facts
        self._know = know
        self._tables = tables
        self._others = others
        self.layers = CalledLayers(facts, know, others)
        self._later = ChangedLater(facts, self.layers, others)
        self._calls: dict[ast.Call, Called] = {}

    def is_tensor(self, node: ast.expr | ast.AugAssign) -> bool:
        """Whether a value is known to be a tensor; of `x += y`, the new one."""
        return k.settle(self._facts.kinds.get(node, k.UNKNOWN)) in k.TENSORS

    def may_be_tensor(self, node: ast.expr) -> bool:
        """Whether a value comes from what a `forward` is given, and nothing shows that it is no tensor."""
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        return isinstance(kind, k.Var) and kind.weak and not kind.not_tensor

    def _is_given_tensor(self, node: ast.Call) -> bool:
        """Whether an argument of a call is a tensor, or comes from what a `forward` is given."""
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        return any(self.is_tensor(arg) or self.may_be_tensor(arg) for arg in given)

    def is_parameter_of_tensors(self, function: Function, name: str) -> bool:
        """Whether callers in the file pass tensors for a parameter, and nothing else that is known."""
        info = self._infos.get(function)
        return info is not None and k.settle(info.params.get(name, k.UNKNOWN)) in k.TENSORS

    @cached_property
    def _infos(self) -> Mapping[Function, k.FuncInfo]:
        return {info.node: info for info in self._facts.functions}

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
        if isinstance(kind, k.Ref) and self._others.has(kind.name):
            if not self._is_given_tensor(node) and not self._every_result:
                return Called()
            change = self._others.of_function(kind.name)
            if change is not None and self.layers.outer_begins(change, node) is not Begins.APART:
                return _changed(node, change)
            passed = self._others.passed_by_function(kind.name) if self._matters(node) else None
            return Called() if passed is None else _passed(node, passed)
        name = self._facts.refs.get(func)
        if name is not None:
            return self._known(node, self._know.canonical(name), first)
        if isinstance(kind, k.Ref) and kind.name in _OPERATORS and first is not None:
            return Called(Result.SAME, first, first) if self.is_tensor(first) else Called()
        if isinstance(kind, k.Ref) and kind.name == "functools.reduce" and first is not None and len(node.args) > 1:
            return self._reduced(node, first)
        func = _named(func)
        if isinstance(func, ast.Attribute) and self.is_tensor(func.value):
            return self._method(node, func)
        if isinstance(func, ast.Attribute) and self.is_array(func.value):
            return self._array_method(func)
        if isinstance(kind, k.Module) or self._may_be_layer(func, kind):
            return self._module(node, func, kind)
        inherited = self._inherited_forward(node, func)
        if inherited is not None:
            return _changed(node, inherited)
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

    def _matters(self, node: ast.Call) -> bool:
        """Whether it matters that the result of a call may be what it is given."""
        return self._every_result or self._later.changes_result(node)

    def _reduced(self, node: ast.Call, function: ast.expr) -> Called:
        """`reduce(operator.iadd, xs)` changes the first item, `reduce(lambda x, f: f(x), layers, x)` may change `x`."""
        given = k.settle(self._facts.kinds.get(function, k.UNKNOWN))
        if isinstance(given, k.Ref):
            items = node.args[1]
            return Called(Result.ITEM, items, items, each=True) if given.name in _OPERATORS else Called()
        definition: Def | ast.Lambda | None = function if isinstance(function, ast.Lambda) else None
        if isinstance(given, k.FuncRef):
            definition = given.func.node
        if len(node.args) < 3 or definition is None or not _calls_second(definition):
            return Called(repeats=True)
        start = node.args[2]
        layers = list(self.layers.items(node.args[1], None))
        begins = self.layers.chain_begins(layers)
        if begins is not Begins.APART:
            whole = all(map(self.layers.gives_input, layers))
            unsure = begins is Begins.MAYBE
            return Called(Result.MAYBE if whole else Result.NEW, start if whole else None, start, unsure=unsure)
        return Called(Result.MAYBE, start) if all(map(self.layers.passes_on, layers)) else Called()

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
        owner = self.layers.places.owner_of(func)
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
            for function in called.instead:
                callers.setdefault(function, set()).add(caller)
            if called.function is not None:
                callers.setdefault(called.function, set()).add(caller)
                if isinstance(called.function, ast.Lambda) and self._changes_something(called.function):
                    changing.add(called.function)
        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, (ast.Assign, ast.AugAssign)):
                targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
                changes = isinstance(stmt, ast.AugAssign) and self.is_tensor(stmt)
                if changes or any(self._is_changed(target, isinstance(stmt, ast.AugAssign)) for target in targets):
                    changing.add(self._facts.tree if owner is None else owner.node)
        return changing, callers

    def _changes_something(self, function: ast.Lambda) -> bool:
        calls = (node for node in ast.walk(function.body) if isinstance(node, ast.Call) and node in self._facts.calls)
        return any(self.call(call).changed is not None for call in calls)

    def _is_changed(self, target: ast.expr, whole: bool) -> bool:
        """Whether an assignment changes a tensor or an array."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return any(self._is_changed(part, whole) for part in target.elts)
        if isinstance(target, ast.Subscript) and (self.is_tensor(target.value) or self.is_array(target.value)):
            return True
        kind = k.settle(self._facts.kinds.get(target, k.UNKNOWN))
        return whole and not isinstance(kind, (k.Seq, k.Mapping_)) and not self.holds_none(target)

    def iterator(self, node: ast.expr) -> Def | None:
        """The `__iter__` of an object of a class of the file."""
        return next((_definition(method) for method in self._own_methods(node, "__iter__")), None)

    def _own_methods(self, node: ast.expr, name: str) -> Iterator[k.FuncInfo]:
        """The methods of a name that the classes of the file have which an object may be of."""
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        classes = (kind.cls,) if isinstance(kind, k.Instance) else kind.classes if isinstance(kind, k.Module) else ()
        methods = (cls.method(name) for cls in classes if isinstance(cls, k.ClassInfo))
        yield from (method for method in methods if method is not None)

    def getter(self, node: ast.Attribute | ast.Subscript) -> Def | None:
        """The method that computes an attribute or an item: a property, `__getitem__`."""
        name = node.attr if isinstance(node, ast.Attribute) else "__getitem__"
        if name not in self._properties:
            return None
        methods = self._own_methods(node.value, name)
        return next((_definition(m) for m in methods if m.is_property or name == "__getitem__"), None)

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
        for (owner, name), values in self.layers.places.assigned.items():
            for value in values if owner is None else ():
                if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("namedtuple"):
                    fields = named_tuple_fields(value)
                    if fields is not None:
                        found[name] = fields
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

    def _inherited_forward(self, node: ast.Call, func: ast.expr) -> InputChange | None:
        """What `super().forward(x)` changes, where the base class is another file's."""
        match func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="forward" | "__call__"):
                owner = self._facts.owners.get(self._facts.stmts[node])
                classes = [] if owner is None or owner.cls is None else list(owner.cls.mro())
                if any("forward" in cls.methods for cls in classes[1:]):
                    return None
                names = [b.name for cls in classes for b in cls.bases if isinstance(b, (k.Ref, k.StoredApi))]
                changes = (self._others.of_object(name) for name in names if self._others.has(name))
                return next((change for change in changes if change is not None), None)
        return None

    def _function(self, kind: k.FuncRef, func: ast.expr) -> Called:
        definition = kind.func.node
        bound = kind.bound and not kind.func.static and isinstance(func, ast.Attribute)
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
        if last in _LOOKS or last in _MAKES_ALIKE:
            return Called(Result.NEW if last in _MAKES_ALIKE else Result.NUMBER, looks=True)
        is_distribution = name.startswith("torch.distributions.") and last[:1].isupper()
        if is_distribution or last in _HOLDING:
            return Called(Result.GATHERED)
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
        if name.startswith("torch.nn.functional."):
            begins = self.layers.flags.function_flag(node, last)
            if begins is not Begins.APART:
                unsure = begins is Begins.MAYBE
                return Called(Result.MAYBE if unsure else Result.SAME, first, first, unsure=unsure)
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
        if attr in _MAKES_ALIKE:
            return Called(looks=True)
        if attr in _LOOKS and not (attr == "type" and node.args):
            return Called(Result.NUMBER, looks=True)
        if attr in _IN_PLACE_METHODS:
            return Called(Result.SAME, receiver, receiver, Way.WRITES if self.is_written(receiver) else Way.RESULT)
        if attr.endswith("_") and self._works_in_place(self._know.canonical(f"torch.Tensor.{attr}")):
            way = Way.WRITES if self.is_written(receiver) else Way.RESULT
            return Called(Result.SAME, receiver, receiver, way, lands=True)
        if attr in _SEVERAL_VIEWS:
            return Called(Result.VIEWS, receiver)
        if attr in _CONVERSIONS:
            return Called(Result.MAYBE, receiver)
        if attr in _CASTS:
            return Called(Result.CAST, receiver)
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
            return Called(Result.NUMBER, looks=True)
        if name == "map" and len(node.args) == 2 and first is not None:
            outer = self._changed_outside(first) if isinstance(first, ast.Lambda) else None
            if outer is not None:
                return Called(Result.GATHERED, changed=outer, unsure=True)
            begins = self.layers.begins_any(self.layers.made(first))
            if begins is not Begins.APART:
                return Called(Result.GATHERED, changed=node.args[1], unsure=begins is Begins.MAYBE, each=True)
        if name in _GATHERING:
            return Called(Result.GATHERED)
        if name in self._named_tuples:
            return Called(Result.GATHERED)
        if name in self._wrapped:
            return Called(repeats=True)
        if name not in _NEXT or first is None:
            return Called()
        return Called(Result.VIEW if self.is_tensor(first) else Result.ITEM, first)

    def _changed_outside(self, function: ast.Lambda) -> ast.expr | None:
        """The variable of the function around a lambda that this changes."""
        own = {a.arg for a in function.args.args}
        for inner in ast.walk(function.body):
            if isinstance(inner, ast.Call) and inner in self._facts.calls:
                changed = self.call(inner).changed
                if isinstance(changed, ast.Name) and changed.id not in own:
                    return changed
        return None

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
        """Whether something unknown is called that the file makes as a layer in place, or as one that does nothing."""
        if kind is not k.UNKNOWN and not isinstance(kind, k.Var):
            return False
        if not isinstance(func, (ast.Attribute, ast.Name, ast.Call, ast.Subscript)):
            return False
        made = self.layers.made(func)
        if self.layers.begins_any(made) is not Begins.APART or self.layers.forwards(made):
            return True
        return bool(made) and all(map(self.layers.passes_on, made))

    @staticmethod
    def _forwards(kind: k.Module) -> list[Def]:
        """The `forward` methods of the classes of the file that a module may be of."""
        found = [cls.method("forward") for cls in kind.classes if isinstance(cls, k.ClassInfo)]
        nodes = [info.node for info in found if info is not None]
        return list(dict.fromkeys(node for node in nodes if not isinstance(node, ast.Lambda)))

    def _module(self, node: ast.Call, func: ast.expr, kind: k.Kind) -> Called:
        """A module is called."""
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        layers = self.layers
        made = layers.made(func)
        changes = [change for value in made if (change := layers.outer_change(value)) is not None]
        if not made and (inherited := layers.inherited(func)) is not None:
            return _changed(node, inherited)
        if not changes and self._matters(node):
            passed = next((found for value in made if (found := layers.outer_passed(value)) is not None), None)
            if passed is not None:
                return _passed(node, passed)
        if any(change.position or first is None for change in changes):
            return _changed(node, next(change for change in changes if change.position or first is None))
        begins = layers.begins_any(made)
        forwards = (self._forwards(kind) if isinstance(kind, k.Module) else []) or layers.forwards(made)
        if forwards:
            other = first if begins is not Begins.APART else None
            return Called(function=forwards[0], instead=tuple(forwards[1:]), receiver=func, changed=other)
        if isinstance(kind, k.Module):
            if kind.classes and all(cls == "torch.nn.Identity" for cls in kind.classes):
                return Called(Result.SAME, first) if first is not None else Called()
            dropping = [isinstance(cls, str) and cls.removeprefix("torch.nn.") in DROPPING for cls in kind.classes]
            if dropping and all(dropping):
                return Called(Result.MAYBE, first) if first is not None else Called()
            if kind.classes in (("torch.nn.Flatten",), ("einops.layers.torch.Rearrange",)):
                return Called(Result.VIEW, first) if first is not None else Called()
        if first is None:
            return Called()
        for value in made:
            begun = layers.first_forwards(value)
            if begun:
                return Called(Result.NEW_OF_FUNCTION, function=begun[0], instead=tuple(begun[1:]), receiver=func)
        if begins is not Begins.APART and layers.changes_own_result(func):
            return Called(changed=first, unsure=True, own=True)
        if begins is not Begins.APART:
            whole = all(map(layers.is_only_in_place, made)) and not _is_slice(func)
            result = Result.NEW if not whole else Result.SAME if begins is Begins.IN_PLACE else Result.MAYBE
            return Called(result, first if whole else None, first, unsure=begins is Begins.MAYBE)
        return Called(Result.MAYBE, first) if made and all(map(layers.passes_on, made)) else Called()


def _given(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument of a call, by its position or its name."""
    given = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    before = node.args[: position + 1]
    if given is None and len(before) > position and not any(isinstance(item, ast.Starred) for item in before):
        return before[-1]
    return given


def _changed(node: ast.Call, change: InputChange) -> Called:
    """A call that changes what it is given, as another file tells."""
    given = _given(node, change.position, change.name)
    if given is None:
        return Called()
    result = Result.NEW if not change.returned else Result.SAME if change.certain else Result.MAYBE
    return Called(result, given if change.returned else None, given, unsure=not change.certain)


def _passed(node: ast.Call, passed: Passed) -> Called:
    """A call that gives what it is given, as another file tells."""
    given = _given(node, passed.position, passed.name)
    result = Result.VIEW if passed.view else Result.SAME if passed.certain else Result.MAYBE
    return Called() if given is None else Called(result, given)


def _calls_second(function: Def | ast.Lambda) -> bool:
    """Whether a function calls its second parameter with its first."""
    names = [a.arg for a in function.args.args]
    return len(names) == 2 and any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == names[1]
        and bool(node.args)
        and ast.unparse(node.args[0]) == names[0]
        for node in ast.walk(function)
    )


def _is_slice(func: ast.expr) -> bool:
    return isinstance(func, ast.Subscript) and isinstance(func.slice, ast.Slice)


def _named(func: ast.expr) -> ast.expr:
    """`getattr(x, "add_")` as `x.add_`."""
    match func:
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name)]):
            return ast.Attribute(owner, name, ast.Load())
    return func


def _definition(info: k.FuncInfo) -> Def | None:
    return None if isinstance(info.node, ast.Lambda) else info.node
