"""A pickle is data: nothing it names is imported or called, and what is neither tensor nor container is refused."""

from __future__ import annotations

import collections
import io
import os
import pickle
import pickletools
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weights_files import STATE, contents, zip_of

from torch2ms.weights import unpickle
from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.pickled import Opaque, Value
from torch2ms.weights.read import read_checkpoint
from torch2ms.weights.torch_file import pickle_state_dict
from torch2ms.weights.unpickle import load

KEYS = {tensor.name: str(index) for index, tensor in enumerate(STATE)}
INNER = pickle_state_dict(STATE, KEYS)[2:-1]  # without its first and last opcode
DATA = {f"data/{index}": tensor.content() for index, tensor in enumerate(STATE)}


def value(pickled: bytes) -> Value:
    return load(io.BytesIO(pickled))[0]


def error(pickled: bytes) -> str:
    with pytest.raises(WeightsError) as caught:
        load(io.BytesIO(pickled))
    return caught.value.message


class Call:
    """Pickles to a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.made = (function, arguments)

    def __reduce__(self) -> object:
        return self.made


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize(
    ("function", "argument", "name"),
    [
        (os.system, "touch owned", "system"),
        (eval, "open('owned', 'w')", "builtins.eval"),
        (exec, "open('owned', 'w')", "builtins.exec"),
        (subprocess.Popen, ["touch", "owned"], "subprocess.Popen"),
        (getattr, None, "builtins.getattr"),
        (__import__, "os", "builtins.__import__"),
    ],
)
def test_malice_is_named_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, function: object, argument: object, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    message = error(pickle.dumps({"a": [Call(function, argument)]}, protocol))
    assert name in message and "nothing was run" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "pickled",
    [
        b"(S'touch owned'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'touch owned'\no.",  # OBJ
        b"\x80\x02cos\nsystem\n\x81.",  # NEWOBJ
        b"\x80\x02\x8c\x02os\x8c\x06system\x93.",  # STACK_GLOBAL
        b"\x80\x02\x82\x01.",  # EXT1
        b"Pid\n.",  # PERSID
        b"\x80\x05\x97.",  # NEXT_BUFFER
        b"\x80\x02X\x02\0\0\0osX\x06\0\0\0system\x93X\x05\0\0\0touch\x85R.",
        b"\x80\x02ctorch\nload\nX\x01\0\0\0a\x85R.",  # torch, but not one of torch.save's own
        b"\x80\x02ctorch.hub\nload\n.",
        b"\x80\x02ctorch.storage\n_load_from_bytes\nC\x01a\x85R.",
        b"\x80\x02cbuiltins\nlist\n)R.",  # a factory of defaultdict may be named, not called
        b"\x80\x02ctorch\nFloatStorage\n)R.",
        b"\x80\x02X\x01\0\0\0a)R.",
        b"\x80\x02ccollections\nOrderedDict\nX\x01\0\0\0a\x85R.",
    ],
)
def test_every_way_to_call(pickled: bytes) -> None:
    assert error(pickled)


def test_several_names_are_all_told() -> None:
    message = error(pickle.dumps([Call(os.getcwd), Call(subprocess.run, "a"), Call(os.getcwd)], 4))
    assert "posix.getcwd" in message or "nt.getcwd" in message
    assert "subprocess.run" in message


def test_a_whole_module() -> None:
    pickled = b"\x80\x02c__main__\nNet\n)\x81}X\x04\0\0\0convctorch.nn.modules.conv\nConv2d\n)\x81sb."
    assert error(pickled) == (
        "a whole object was saved, not its weights (holds __main__.Net): save model.state_dict() instead"
    )


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize(
    "plain",
    [
        None,
        True,
        [1, -5, 1 << 80, 0.5, "text", "ü" * 300, b"bytes"],
        (1, (2, (3,)), (), (1, 2, 3, 4)),
        {"a": {"b": [None, False]}, 3: "x", (1, "y"): 2.5},
        {1, 2, 3},
        frozenset({"a"}),
        1 + 2j,
        bytearray(b"abc"),
    ],
)
def test_plain_values(plain: object, protocol: int) -> None:
    assert value(pickle.dumps(plain, protocol)) == plain


@pytest.mark.parametrize("protocol", range(2, 6))
def test_containers(protocol: int) -> None:
    state = collections.OrderedDict(a=1, b=[2])
    state._metadata = collections.OrderedDict(x=1)  # type: ignore[attr-defined]  # as torch's state dicts have
    default: dict[str, int] = collections.defaultdict(int, {"d": 4})
    assert value(pickle.dumps([state, collections.Counter("aab"), default], protocol)) == [
        {"a": 1, "b": [2]},
        {"a": 2, "b": 1},
        {"d": 4},
    ]


def test_names_of_torch() -> None:
    pickled = b"\x80\x02(ctorch\ndevice\nX\x03\0\0\0cpu\x85Rctorch\nSize\n(K\x02K\x03t\x85Rctorch\nint64\nl."
    assert value(pickled) == [Opaque("device"), (2, 3), Opaque("dtype", DType.INT64)]


def test_python_2_wrote_pairs() -> None:
    assert value(b"\x80\x02ccollections\nOrderedDict\n](](U\x01aK\x01ee\x85R.") == {"a": 1}


def test_cycles_and_depth() -> None:
    looped = value(b"\x80\x02]q\x00h\x00a.")
    assert isinstance(looped, list) and looped[0] is looped
    deep = value(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")
    assert isinstance(deep, list)
    tuples = b"\x80\x02)" + b"\x85" * 100_000
    assert isinstance(value(tuples + b"."), tuple)
    assert "key" in error(b"\x80\x02}" + tuples[2:] + b"K\x01s.")


def test_a_cycle_around_a_state_dict(tmp_path: Path) -> None:
    """{"self": <itself>, "model": {...}}"""
    pickled = b"\x80\x02}q\x00(X\x04\0\0\0selfh\x00X\x05\0\0\0model" + INNER + b"u."
    path = tmp_path / "cycle.pth"
    path.write_bytes(zip_of({"data.pkl": pickled, **DATA}))
    checkpoint = read_checkpoint(path)
    assert (checkpoint.key, checkpoint.beside) == ("model", ("self",))
    assert contents(checkpoint.tensors) == contents(STATE)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpickle, "MAX_OPCODES", 1000)
    assert "opcodes" in error(b"\x80\x02" + b"N0" * 600 + b"N.")


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_any_opcodes(data: st.DataObject) -> None:
    """Whatever the opcodes, there is a value or an error of this package."""
    codes = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]
    pieces = st.sampled_from(codes) | st.sampled_from([b"\x01\0\0\0a", b"K\x01", b"]", b"}", b"(", b"q\x00", b"h\x00"])
    pickled = b"\x80\x02" + b"".join(data.draw(st.lists(pieces | st.binary(max_size=3), max_size=40))) + b"."
    try:
        load(io.BytesIO(pickled))
    except WeightsError as caught:
        assert caught.message and "\n" not in caught.message


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_damaged_pickle(data: st.DataObject) -> None:
    pickled = bytearray(pickle_state_dict(STATE, KEYS))
    for _ in range(data.draw(st.integers(1, 4))):
        pickled[data.draw(st.integers(0, len(pickled) - 1))] = data.draw(st.integers(0, 255))
    try:
        load(io.BytesIO(bytes(pickled)))
    except WeightsError as caught:
        assert caught.message and "\n" not in caught.message


# Which dict of a checkpoint


def key_file(tmp_path: Path, pickled: bytes) -> Path:
    path = tmp_path / "checkpoint.pth"
    path.write_bytes(zip_of({"data.pkl": pickled, **DATA}))
    return path


def text(name: str) -> bytes:
    return b"X" + len(name).to_bytes(4, "little") + name.encode()


def dict_of(**items: bytes) -> bytes:
    return b"}(" + b"".join(text(name) + item for name, item in items.items()) + b"u"


def root(**items: bytes) -> bytes:
    return b"\x80\x02" + dict_of(**items) + b"."


def test_the_only_state_dict_is_taken(tmp_path: Path) -> None:
    path = key_file(tmp_path, root(epoch=b"K\x03", model=INNER, optimizer=dict_of(state=dict_of(x=b"N"))))
    checkpoint = read_checkpoint(path)
    assert (checkpoint.key, checkpoint.beside) == ("model", ("epoch", "optimizer"))
    assert contents(checkpoint.tensors) == contents(STATE)


def test_one_of_several_has_to_be_named(tmp_path: Path) -> None:
    path = key_file(tmp_path, root(model=INNER, ema=INNER, nested=dict_of(inner=INNER)))
    with pytest.raises(WeightsError, match="--key: model, ema"):
        read_checkpoint(path)
    assert read_checkpoint(path, "ema").key == "ema"
    assert contents(read_checkpoint(path, "nested.inner").tensors) == contents(STATE)
    with pytest.raises(WeightsError, match=r"no other .*; it has model, ema, nested"):
        read_checkpoint(path, "other")
    with pytest.raises(WeightsError, match="holds more than tensors: inner"):
        read_checkpoint(path, "nested")


def test_a_key_may_hold_dots(tmp_path: Path) -> None:
    path = key_file(tmp_path, b"\x80\x02}(" + text("a.b") + dict_of(c=INNER) + text("d") + INNER + b"u.")
    assert read_checkpoint(path, "a.b.c").key == "a.b.c"


def test_extra_state_is_left_out(tmp_path: Path) -> None:
    path = key_file(tmp_path, b"\x80\x02" + INNER + b"(" + text("norm._extra_state") + b"Nu.")
    assert contents(read_checkpoint(path).tensors) == contents(STATE)


@pytest.mark.parametrize(
    ("pickled", "says"),
    [
        (b"\x80\x02K\x03.", "holds int"),
        (b"\x80\x02].", "holds list"),
        (b"\x80\x02}.", "empty dict"),
        (root(epoch=b"K\x03", name=text("x")), "epoch (int), name (str)"),
        (b"\x80\x02" + INNER + b"(" + text("version") + b"K\x02u.", "no dict of tensors"),
        (b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\n.", "a sparse tensor"),
        (b"\x80\x02ctorch._utils\n_rebuild_qtensor\n.", "a quantized tensor"),
        (b"\x80\x02ctorch\nQInt8Storage\n.", "QInt8Storage"),
        (b"\x80\x02X\x06\0\0\0module\x85Q.", "a whole module"),
    ],
)
def test_no_state_dict(tmp_path: Path, pickled: bytes, says: str) -> None:
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(key_file(tmp_path, pickled))
    assert says in caught.value.message
