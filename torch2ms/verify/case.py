"""What is compared (`Case`) and what came out (`CaseResult`)."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import StrEnum

from torch2ms.model import Finding, Outcome
from torch2ms.verify.inputs import InputSpec


class CaseStatus(StrEnum):
    """What became of a case; only `OK` is a proof."""

    OK = "ok"
    DIFFERS = "differs"
    NOT_CONVERTED = "not-converted"
    TORCH_ERROR = "torch-error"
    MINDSPORE_ERROR = "mindspore-error"
    CRASH = "crash"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Accepted errors, relative to the largest absolute value of the array concerned."""

    output: float = 1e-5
    gradient: float = 1e-4
    step: float = 1e-4


@dataclass(frozen=True, slots=True)
class Case:
    """A piece of torch source, how to run it, and what to compare.

    `build` is an expression that makes the module; it may use the names of the inputs, those it uses are not
    passed to the call. `kwargs` names the inputs passed by keyword, `constants` are other keyword arguments.
    `entry` names a function: called with the inputs, or, next to `build`, with the module and the inputs (a
    training procedure: result and state are compared, gradients are not). `loss` names a function of the
    module's output that gives the scalar to differentiate; without it, the scalar is a random weighting of
    all outputs. `train`: the mode modules run in first (eval mode is always looked at; where the training mode is
    random, dropout say, it alone can be compared). `mindspore_source` is used in place of a conversion.
    """

    name: str
    torch_source: str
    build: str | None = None
    entry: str | None = None
    inputs: tuple[tuple[str, InputSpec], ...] = ()
    kwargs: tuple[str, ...] = ()
    constants: tuple[tuple[str, bool | int | float | str | None], ...] = ()
    loss: str | None = None
    gradients: bool = True
    steps: int = 1
    rate: float = 0.1
    random: bool = False
    train: bool = True
    dtypes: bool = True
    graph: bool = True
    tolerances: Tolerances = Tolerances()
    allowed: frozenset[Outcome] = frozenset({Outcome.CONVERTED, Outcome.ADAPTED})
    mindspore_source: str | None = None
    seed: str = ""

    def __post_init__(self) -> None:
        if self.build is None and self.entry is None:
            raise ValueError(f"{self.name}: a case needs `build` or `entry`")

    @property
    def call_inputs(self) -> tuple[str, ...]:
        """Names of the inputs that are passed to the call."""
        tree = ast.parse(self.build or "None", mode="eval")
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return tuple(name for name, _ in self.inputs if name not in used)


@dataclass(frozen=True, slots=True)
class Errors:
    """The largest relative error of each kind; None where nothing was compared."""

    output: float | None = None
    gradient: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The outcome of one case. `message` says what is wrong, one difference a line."""

    name: str
    status: CaseStatus
    message: str = ""
    errors: Errors = Errors()
    converted: str = ""
    findings: tuple[Finding, ...] = ()
    graph: Errors | None = None

    @property
    def ok(self) -> bool:
        """Whether both frameworks agree."""
        return self.status is CaseStatus.OK
