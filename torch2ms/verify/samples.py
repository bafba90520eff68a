"""The samples as cases: `sample.toml` beside a `model.py` and its conversion `model_ms.py`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeAlias

import msgspec

from torch2ms.model import Outcome
from torch2ms.verify.case import Case
from torch2ms.verify.inputs import parse_input

Keyword: TypeAlias = bool | int | float | str


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[model]]` of a sample.

    `inputs` and the texts among `kwargs` describe tensors (`parse_input`), other `kwargs` are passed on.
    `graph = false` needs a `graph_reason`; `loss` names a function of the output.
    """

    name: str
    build: str
    inputs: tuple[str, ...] = ()
    kwargs: dict[str, Keyword] = {}
    loss: str | None = None
    graph: bool = True
    graph_reason: str = ""
    steps: int = 3
    rate: float = 0.001
    random: bool = False
    train: bool = True

    def __post_init__(self) -> None:
        if self.graph == bool(self.graph_reason):
            raise ValueError(f"{self.name}: graph_reason goes with graph = false")


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `sample.toml`."""

    model: tuple[Model, ...]


def read_sample(folder: Path) -> Sample:
    """The models of a sample."""
    text = (folder / "sample.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), type=Sample)


def sample_cases(folder: Path, mindspore_source: str | None = None) -> list[Case]:
    """The cases of a sample; without `mindspore_source` the model is converted."""
    source = (folder / "model.py").read_text(encoding="utf-8")
    cases = []
    for model in read_sample(folder).model:
        inputs = [(f"x{i}", parse_input(text)) for i, text in enumerate(model.inputs)]
        tensors = {key: parse_input(value) for key, value in model.kwargs.items() if isinstance(value, str)}
        name = f"{folder.name}/{model.name}"
        case = Case(
            name=name,
            torch_source=source,
            build=model.build,
            inputs=(*inputs, *tensors.items()),
            kwargs=tuple(tensors),
            constants=tuple((k, v) for k, v in model.kwargs.items() if k not in tensors),
            loss=model.loss,
            steps=model.steps,
            rate=model.rate,
            random=model.random,
            train=model.train,
            allowed=frozenset(Outcome),
            graph=model.graph,
            mindspore_source=mindspore_source,
            seed=name,
        )
        cases.append(case)
    return cases
