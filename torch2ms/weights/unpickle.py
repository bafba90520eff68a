"""The pickle machine, over plain values: nothing is imported, called or built but what `pickled` defines."""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeAlias

from torch2ms.weights.errors import OTHER_OBJECTS, WeightsError, listed
from torch2ms.weights.pickled import ForbiddenName, Key, PickledTensor, StorageKey, Value, as_key, broken
from torch2ms.weights.torch_names import call, modern, named, storage

MAX_BYTES = 64 << 20
MAX_OPCODES = 4_000_000


class Reader(Protocol):
    """The part of a binary file pickletools reads from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""

    def readline(self) -> bytes:
        """A line with its newline."""

    def tell(self) -> int:
        """The position."""


class _Mark:
    """The mark on the stack."""


_MARK = _Mark()
_Item: TypeAlias = "Value | _Mark"


def load(stream: Reader) -> tuple[Value, dict[str, StorageKey]]:
    """The value of one pickle, up to its STOP, and the storages it names.

    Raises WeightsError for anything but tensors and plain containers, and for a broken pickle.
    """
    machine = _Machine()
    return machine.run(stream), machine.storages


def _opcodes(stream: Reader) -> Iterator[tuple[str, object]]:
    """Opcode names with their arguments."""
    found = pickletools.genops(stream)  # type: ignore[arg-type]  # it reads, and needs no more than Reader
    for _ in range(MAX_OPCODES):
        try:
            opcode, argument, _ = next(found)
        except StopIteration:
            return
        except Exception as error:  # pickletools raises whatever its decoders do
            raise broken(" ".join(str(error).split())[:80] or type(error).__name__) from None
        yield opcode.name, argument
    raise WeightsError(f"the pickle has more than {MAX_OPCODES:,} opcodes")


class _Machine:
    """The pickle machine, with values instead of objects."""

    def __init__(self) -> None:
        self.stack: list[_Item] = []
        self.memo: dict[int, Value] = {}
        self.storages: dict[str, StorageKey] = {}

    def run(self, stream: Reader) -> Value:
        opcodes = _opcodes(stream)
        try:
            for name, argument in opcodes:
                if name == "STOP":
                    return self._pop()
                self._step(name, argument)
        except ForbiddenName as error:
            raise _refusal(error.name, opcodes, whole=not self.stack) from None
        raise broken("it has no end")

    def _step(self, name: str, argument: object) -> None:
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _LITERALS:
            assert isinstance(argument, (bool, int, float, str, bytes, bytearray))
            self.stack.append(argument)
        elif name in _HANDLERS:
            _HANDLERS[name](self, argument)
        elif name not in _IGNORED:
            raise WeightsError(f"the pickle uses {name}, which tensors and plain containers do not need", OTHER_OBJECTS)

    # The stack

    def _pop(self) -> Value:
        if not self.stack:
            raise broken("it takes from an empty stack")
        item = self.stack.pop()
        if isinstance(item, _Mark):
            raise broken("a mark stands where a value is needed")
        return item

    def _to_mark(self) -> list[Value]:
        """What was pushed since the last mark; the mark goes too."""
        items: list[Value] = []
        while self.stack:
            item = self.stack.pop()
            if isinstance(item, _Mark):
                items.reverse()
                return items
            items.append(item)
        raise broken("a mark is missing")

    def _top(self) -> Value:
        item = self._pop()
        self.stack.append(item)
        return item

    # Opcodes

    def mark(self, _: object) -> None:
        self.stack.append(_MARK)

    def pop(self, _: object) -> None:
        if not self.stack:
            raise broken("it takes from an empty stack")
        self.stack.pop()

    def pop_mark(self, _: object) -> None:
        self._to_mark()

    def dup(self, _: object) -> None:
        self.stack.append(self._top())

    def empty_list(self, _: object) -> None:
        self.stack.append([])

    def empty_dict(self, _: object) -> None:
        self.stack.append({})

    def empty_set(self, _: object) -> None:
        self.stack.append(set())

    def list_(self, _: object) -> None:
        self.stack.append(self._to_mark())

    def dict_(self, _: object) -> None:
        made: dict[Key, Value] = {}
        self._fill(made, self._to_mark())
        self.stack.append(made)

    def frozenset_(self, _: object) -> None:
        self.stack.append({as_key(item) for item in self._to_mark()})

    def tuple_(self, _: object) -> None:
        self.stack.append(tuple(self._to_mark()))

    def tuple1(self, _: object) -> None:
        self.stack.append((self._pop(),))

    def tuple2(self, _: object) -> None:
        second, first = self._pop(), self._pop()
        self.stack.append((first, second))

    def tuple3(self, _: object) -> None:
        third, second, first = self._pop(), self._pop(), self._pop()
        self.stack.append((first, second, third))

    def append(self, _: object) -> None:
        self._extend([self._pop()])

    def appends(self, _: object) -> None:
        self._extend(self._to_mark())

    def _extend(self, items: list[Value]) -> None:
        target = self._top()
        if not isinstance(target, list):
            raise broken("it appends to something that is no list")
        target.extend(items)

    def add_items(self, _: object) -> None:
        items = self._to_mark()
        target = self._top()
        if not isinstance(target, set):
            raise broken("it adds to something that is no set")
        target.update(as_key(item) for item in items)

    def set_item(self, _: object) -> None:
        value, key = self._pop(), self._pop()
        self._set_items([key, value])

    def set_items(self, _: object) -> None:
        self._set_items(self._to_mark())

    def _set_items(self, items: list[Value]) -> None:
        target = self._top()
        if not isinstance(target, dict):
            raise broken("it sets an item of something that is no dict")
        self._fill(target, items)

    @staticmethod
    def _fill(target: dict[Key, Value], items: list[Value]) -> None:
        if len(items) % 2:
            raise broken("a key has no value")
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[as_key(key)] = value

    def put(self, index: object) -> None:
        assert isinstance(index, int)
        self.memo[index] = self._top()

    def memoize(self, _: object) -> None:
        self.memo[len(self.memo)] = self._top()

    def get(self, index: object) -> None:
        assert isinstance(index, int)
        if index not in self.memo:
            raise broken("it recalls what it never stored")
        self.stack.append(self.memo[index])

    def global_(self, argument: object) -> None:
        assert isinstance(argument, str)
        module, _, name = argument.partition(" ")
        self.stack.append(named(module, name))

    def stack_global(self, _: object) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise broken("the name of a class is no text")
        self.stack.append(named(module, name))

    def reduce(self, _: object) -> None:
        arguments, function = self._pop(), self._pop()
        if not isinstance(arguments, tuple):
            raise broken("arguments are no tuple")
        self.stack.append(call(function, arguments))

    def build(self, _: object) -> None:
        """State of an object. Only containers have any here: `_metadata` of a state dict, which is not needed."""
        self._pop()
        target = self._top()
        if not isinstance(target, (dict, PickledTensor)):
            raise WeightsError("the pickle sets the state of an object that is no container", OTHER_OBJECTS)

    def persistent(self, _: object) -> None:
        found = storage(self._pop())
        self.storages.setdefault(found.base[0] if found.base else found.key, found)
        self.stack.append(found)


_CONSTANTS: Mapping[str, Value] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_LITERALS = frozenset(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING"
    " UNICODE SHORT_BINUNICODE BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8".split()
)
_IGNORED = frozenset({"PROTO", "FRAME"})
_HANDLERS: Mapping[str, Callable[[_Machine, object], None]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.dup,
    "EMPTY_LIST": _Machine.empty_list,
    "EMPTY_DICT": _Machine.empty_dict,
    "EMPTY_SET": _Machine.empty_set,
    "LIST": _Machine.list_,
    "DICT": _Machine.dict_,
    "FROZENSET": _Machine.frozenset_,
    "TUPLE": _Machine.tuple_,
    "TUPLE1": _Machine.tuple1,
    "TUPLE2": _Machine.tuple2,
    "TUPLE3": _Machine.tuple3,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "ADDITEMS": _Machine.add_items,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "GET": _Machine.get,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "GLOBAL": _Machine.global_,
    "STACK_GLOBAL": _Machine.stack_global,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
    "BINPERSID": _Machine.persistent,
}
# How an object of a class comes into being.
_BUILDING = frozenset({"NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"})


def _refusal(first: str, rest: Iterator[tuple[str, object]], *, whole: bool) -> WeightsError:
    """The error for a foreign name; the pickle is scanned on for others, so that all are known at once."""
    names = {first: None}
    strings: list[str] = []
    built = False
    try:
        for opcode, argument in rest:
            built = built or opcode in _BUILDING
            if opcode == "GLOBAL" and isinstance(argument, str):
                module, _, name = argument.partition(" ")
            elif opcode == "STACK_GLOBAL" and len(strings) == 2:
                module, name = strings
            else:
                if isinstance(argument, str):
                    strings = [*strings[-1:], argument]
                continue
            try:
                named(module, name)
            except (ForbiddenName, WeightsError):
                names[modern(module, name)] = None
    except WeightsError:
        pass  # the rest is broken as well
    found = list(names)
    if (whole and built) or any(name.startswith("torch.nn.modules.") for name in found):
        own = [name for name in found if not name.startswith(("torch.", "collections.", "builtins."))] or found
        return WeightsError(
            f"a whole object was saved, not its weights (holds {listed(own)}): save model.state_dict() instead",
            OTHER_OBJECTS,
        )
    return WeightsError(
        f"holds {listed(found)}, which is neither a tensor nor a plain container; nothing was run",
        OTHER_OBJECTS,
    )
