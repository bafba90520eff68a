"""Comparison of what two frameworks did."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from torch2ms.verify.case import Case, Measure
from torch2ms.verify.compare import compare, relative_error
from torch2ms.verify.values import Encoder, Record, differentiable_tensors, load, pick, save
from torch2ms.weights.description import Entry

CASE = Case("case", "", entry="example")


class Numpy:
    """Treats arrays as the tensors of a framework."""

    def tensor(self, value: object) -> tuple[str, np.ndarray, bool] | None:
        return (str(value.dtype), value, value.dtype.kind == "f") if isinstance(value, np.ndarray) else None

    def dtype(self, value: object) -> str | None:
        return str(value) if isinstance(value, np.dtype) else None


def record(value: object) -> Record:
    encoder = Encoder(Numpy())
    output = encoder.encode(value, "out")
    return Record(output=output, arrays=encoder.arrays)


def found(measures: tuple[Measure, ...]) -> list[str]:
    return [message for measure in measures for message in measure.messages]


def messages(expected: object, actual: object, case: Case = CASE) -> list[str]:
    return found(compare(case, record(expected), record(actual)))


A = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_equal_results_in_a_deep_structure() -> None:
    value = [A, {"a": (A, 3, None), "b": "text"}, np.dtype("float32"), 1.5, True]
    assert messages(value, value) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (A, A.astype(np.float64)),
        (A, A.T),
        (A, A + 1e-3),
        (A, (A,)),
        ((A, A), (A,)),
        ({"a": A}, {"b": A}),
        (3, 4),
        (3, 3.0),
        (1.0, 1.1),
        ("a", "b"),
        (None, A),
        (np.dtype("float32"), np.dtype("float16")),
    ],
)
def test_differences_are_reported(expected: object, actual: object) -> None:
    assert len(messages(expected, actual)) == 1


def test_dtype_may_differ_when_the_case_says_so() -> None:
    assert messages(A, A.astype(np.float64), dataclasses.replace(CASE, dtypes=False)) == []


def test_numbers_of_numpy_are_compared_as_floats() -> None:
    assert messages(np.float64(0.1), np.float64(0.1 + 1e-9)) == []
    assert len(messages(np.float64(0.1), np.float64(0.2))) == 1
    assert len(messages(np.int64(1), np.int64(2))) == 1


def test_types_of_16_bits_have_their_own_tolerance() -> None:
    half = (A + 1).astype(np.float16)
    assert messages(half, np.nextafter(half, np.float16(9))) == []
    assert len(messages(half, half * np.float16(1.01))) == 1


def test_list_and_tuple_count_as_the_same() -> None:
    assert messages([A, A], (A, A)) == []


def test_error_is_relative_to_the_largest_value() -> None:
    assert relative_error(np.array([100.0, 0.0]), np.array([100.0, 1e-4])) == pytest.approx(1e-6)
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.zeros(2), np.array([0, 2e-3])) > 1


def test_nan_and_infinity_must_be_in_the_same_places() -> None:
    a = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert relative_error(a, a) == 0
    assert relative_error(a, np.array([np.nan, -np.inf, -np.inf, 1.0])) == np.inf
    assert relative_error(a, np.array([0, np.inf, -np.inf, 1.0])) == np.inf


def test_random_results_are_compared_by_statistics() -> None:
    case = dataclasses.replace(CASE, random=True)
    rng = np.random.default_rng(0)
    normal = rng.normal(size=5000).astype(np.float32)
    assert messages(normal, rng.normal(size=5000).astype(np.float32), case) == []
    assert messages(normal, rng.normal(0.3, size=5000).astype(np.float32), case)
    assert messages(normal, rng.normal(0, 1.3, size=5000).astype(np.float32), case)
    assert messages(normal, rng.normal(size=4999).astype(np.float32), case)


def test_gradients_that_are_zero_but_for_noise_do_not_count() -> None:
    large, noise = np.ones(3), np.full(3, 1e-8)
    torch = Record(arrays={"grad/w": large, "grad/b": noise})
    assert found(compare(CASE, torch, Record(arrays={"grad/w": large, "grad/b": -noise}))) == []
    assert found(compare(CASE, torch, Record(arrays={"grad/w": large * 1.01, "grad/b": noise})))


def test_record_survives_its_files(tmp_path: Path) -> None:
    value = record([A, {"a": (A, 3)}, None])
    value = dataclasses.replace(value, entries=(Entry("w", (2, 3), True, "v"),), modules={"": ("a.B",)}, remarks=("r",))
    save(value, tmp_path / "torch")
    loaded = load(tmp_path / "torch")
    assert (loaded.output, loaded.entries, loaded.modules) == (value.output, value.entries, value.modules)
    assert loaded.arrays.keys() == value.arrays.keys()


def test_differentiable_tensors_are_found_again_by_key() -> None:
    value = [A, {"a": (A * 2, np.array([1]))}]
    output = record(value).output
    assert output is not None
    found = differentiable_tensors(output)
    assert [leaf.key for leaf in found] == ["out/0", "out/1/a/0"]
    assert pick(value, found[1].key) is value[1]["a"][0]  # type: ignore[index,call-overload]
    assert pick(value, "out/1/b") is None
