"""What `torch2ms verify` is asked to compare: tables, command line arguments, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from torch2ms.verify.case import Case, Stage
from torch2ms.verify.inputs import InputSpec
from torch2ms.verify.program import Program
from torch2ms.verify.targets import Target, TargetError, find_cases, read_targets, target_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text("import torch\n")
    (tmp_path / "net_ms.py").write_text("import mindspore\n")
    (tmp_path / "net.pth").write_bytes(b"")
    (tmp_path / "lib").mkdir()
    np.save(tmp_path / "x.npy", np.zeros((2, 3), np.float32))
    np.savez(tmp_path / "xs.npz", np.zeros(2, np.int64), mask=np.ones(3, np.bool_))
    return tmp_path


def case(folder: Path, *inputs: str, **options: object) -> Case:
    return target_case(Target(file="net.py", model="Net()", inputs=inputs, **options), folder)  # type: ignore[arg-type]


def test_a_target_becomes_a_case(folder: Path) -> None:
    made = case(folder, "f32[2,3]", weights="net.pth", key="model", steps=2, rate=0.5, train=False, tolerance=1e-4)
    assert made.name == "net: Net()"
    assert made.torch_source == Program(str(folder / "net.py"), "net", (str(folder),))
    assert made.mindspore_source is None
    assert made.inputs == (("x0", InputSpec("float32", (2, 3))),)
    assert (made.weights, made.key) == (str(folder / "net.pth"), "model")
    assert (made.steps, made.rate, made.train, made.thorough, made.dropout) == (2, 0.5, False, True, False)
    assert [made.tolerances.at(stage) for stage in (Stage.OUTPUT, Stage.GRADIENTS, Stage.STEPS)] == [1e-4, 1e-3, 1e-3]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("make_optimizer(model, 0.1)", "make_optimizer(model, 0.1)"),
        ("make_optimizer", "make_optimizer(model)"),
        ("Trainer.optimizers", "Trainer.optimizers(model)"),
        ("torch.optim.Adam(model.parameters())", "torch.optim.Adam(model.parameters())"),
        ("model.configure()", "model.configure()"),
    ],
)
def test_the_optimizer_of_the_steps(folder: Path, text: str, made: str) -> None:
    source = case(folder, "f32[2]", optimizer=text).optimizer
    assert source is not None and source.endswith(f"    return {made}\n")


@pytest.mark.parametrize(("text", "message"), [("Adam(", "not a Python expression"), ("Adam()", "model is not used")])
def test_an_optimizer_that_cannot_be_understood(folder: Path, text: str, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        case(folder, "f32[2]", optimizer=text)


def test_a_package_gives_its_name(folder: Path) -> None:
    (folder / "lib" / "__init__.py").write_text("")
    assert target_case(Target(file="lib/__init__.py", model="Net()"), folder).name == "lib: Net()"


def test_a_function_alone_and_with_a_model(folder: Path) -> None:
    alone = target_case(Target(file="net.py", entry="area", random=True), folder)
    assert (alone.name, alone.build, alone.entry, alone.random) == ("net: area", None, "area", True)
    both = target_case(Target(file="net.py", model="Net()", entry="train"), folder)
    assert (both.name, both.build, both.entry, both.random) == ("net: train of Net()", "Net()", "train", False)


def test_arguments_by_position_and_by_keyword(folder: Path) -> None:
    made = case(folder, "f32[2]", "mask=bool[2]", "scale=2.5", "i64[3]>=1<7", kwargs={"name": "'a'", "flag": True})
    assert dict(made.inputs) == {
        "x0": InputSpec("float32", (2,)),
        "x1": InputSpec("int64", (3,), 1, 7),
        "mask": InputSpec("bool", (2,)),
    }
    assert made.kwargs == ("mask",)
    assert dict(made.constants) == {"name": "a", "flag": True, "scale": 2.5}


def test_arrays_of_files(folder: Path) -> None:
    made = case(folder, "x.npy", "xs.npz", "y=xs.npz:mask", "xs.npz:arr_0")
    npy, npz = str(folder / "x.npy"), str(folder / "xs.npz")
    assert dict(made.inputs) == {
        "x0": InputSpec("float32", (2, 3), file=npy),
        "x1": InputSpec("int64", (2,), file=npz, key="arr_0"),
        "mask": InputSpec("bool", (3,), file=npz, key="mask"),
        "x2": InputSpec("int64", (2,), file=npz, key="arr_0"),
        "y": InputSpec("bool", (3,), file=npz, key="mask"),
    }
    assert set(made.kwargs) == {"mask", "y"}
    assert made.call_inputs == ("x0", "x1", "x2", "mask", "y")


def test_a_keyword_called_as_the_first_argument(folder: Path) -> None:
    made = case(folder, "f32[2]", "f32[3]", "x0=f32[4]")
    assert [(name, spec.shape) for name, spec in made.inputs] == [("x1", (2,)), ("x2", (3,)), ("x0", (4,))]
    assert made.kwargs == ("x0",)


def test_modules_alongside_are_those_of_torch_only_when_the_conversion_is_given(folder: Path) -> None:
    made = case(folder, alongside=("lib",), converted="net_ms.py")
    assert isinstance(made.torch_source, Program) and isinstance(made.mindspore_source, Program)
    assert made.torch_source.paths == (str(folder), str(folder / "lib"))
    assert made.mindspore_source.paths == (str(folder),)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (("f32",), "not an input: 'f32'"),
        (("f32[2]<3",), "the range does not fit"),
        (("u8[2]<300",), "the range does not fit"),
        (("complex[2]",), "not an input"),
        (("no.npy",), "no such file"),
        (("net.pth.npz",), "no such file"),
        (("xs.npz:nothing",), "no array nothing (it holds mask, arr_0)"),
        (("y=xs.npz",), "holds several arrays"),
        (("y=[1, 2]",), "not a tensor, a number"),
        (("y=abc",), "not an input: 'abc'"),
        (("y=1", "y=2"), "argument y is given twice"),
        (("mask=bool[3]", "xs.npz"), "argument mask is given twice"),
    ],
)
def test_inputs_that_cannot_be_read(folder: Path, inputs: tuple[str, ...], says: str) -> None:
    with pytest.raises(TargetError) as error:
        case(folder, *inputs)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_an_array_of_an_unknown_type(folder: Path) -> None:
    np.save(folder / "c.npy", np.zeros(2, np.complex64))
    np.save(folder / "o.npy", np.array([{}], dtype=object), allow_pickle=True)
    for name, says in (("c.npy", "complex64 is no type for an input"), ("o.npy", "o.npy: ")):
        with pytest.raises(TargetError, match=says):
            case(folder, name)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"file": "other.py"}, "no such file"),
        ({"weights": "other.pth"}, "no such file"),
        ({"converted": "other.py"}, "no such file"),
        ({"alongside": ("other",)}, "no such file"),
        ({"model": "Net("}, "not a Python expression"),
        ({"entry": "lambda x"}, "not a Python expression"),
    ],
)
def test_what_is_missing_or_no_expression(folder: Path, options: dict[str, object], says: str) -> None:
    with pytest.raises(TargetError, match=says):
        target_case(Target(**{"file": "net.py", "model": "Net()"} | options), folder)  # type: ignore[arg-type]


def test_a_folder_lists_models_in_pyproject_and_below(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[[tool.torch2ms.verify]]\nfile = "net.py"\nmodel = "Net()"\nname = "one"\n'
    )
    (folder / "lib" / "verify.toml").write_text(
        '[[verify]]\nfile = "../net.py"\nmodel = "Net(2)"\n[[verify]]\nfile = "../net.py"\nmodel = "Net(3)"\nname="c"\n'
    )
    assert [made.name for made in find_cases(folder)] == ["one", "lib/net: Net(2)", "lib/c"]
    assert [made.name for made in find_cases(folder / "lib" / "verify.toml")] == ["net: Net(2)", "c"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[verify]\n", "verify.toml: "),
        ('[[verify]]\nfile = "net.py"\n', "model or entry is missing"),
        ('[[verify]]\nfile = "net.py"\nmodel = "Net()"\ninput = ["f32[2]"]\n', "unknown field `input`"),
        ('[[verify]]\nfile = "net.py"\nmodel = "Net()"\ngraph_reason = "x"\n', "goes with graph = false"),
        ('[[verify]]\nfile = "net.py"\nmodel = "Net()"\nsteps = -1\n', "steps is not negative"),
        ('[[verify]]\nfile = "net.py"\nmodel = "Net()"\ntolerance = 2.0\n', "tolerance lies between 0 and 1"),
        ("", "no [[tool.torch2ms.verify]] in pyproject.toml and no [[verify]] in a verify.toml"),
    ],
)
def test_tables_that_cannot_be_read(folder: Path, text: str, says: str) -> None:
    (folder / "verify.toml").write_text(text)
    with pytest.raises(TargetError) as error:
        find_cases(folder)
    assert says in str(error.value)


def test_other_tables_of_pyproject_do_not_matter(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.torch2ms]\nx = 1\n[tool.other]\ny = 2\n")
    assert read_targets(folder / "pyproject.toml") == ()


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no such file or folder"):
        find_cases(tmp_path / "nothing")
