"""What is compared (`Case`) and what came out (`CaseResult`)."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import StrEnum

from torch2ms.model import Finding, Outcome
from torch2ms.verify.inputs import InputSpec
from torch2ms.verify.program import Program


class CaseStatus(StrEnum):
    """What became of a case; only `OK` is a proof."""

    OK = "ok"
    DIFFERS = "differs"
    NOT_CONVERTED = "not-converted"
    TORCH_ERROR = "torch-error"
    MINDSPORE_ERROR = "mindspore-error"
    CRASH = "crash"
    TIMEOUT = "timeout"


class Stage(StrEnum):
    """What is compared, in this order."""

    BEFORE = "eval mode"
    ALONE = "layers by themselves"
    OUTPUT = "output"
    STATISTICS = "statistics"
    GRADIENTS = "gradients"
    STEPS = "steps"
    TRAINED = "eval mode after the steps"
    GRAPH = "graph mode"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Accepted errors, relative to the largest absolute value of the array concerned."""

    output: float = 1e-5
    gradient: float = 1e-4
    step: float = 1e-4

    def at(self, stage: Stage) -> float:
        """The tolerance of a stage."""
        match stage:
            case Stage.BEFORE | Stage.ALONE | Stage.OUTPUT | Stage.GRAPH:
                return self.output
            case Stage.GRADIENTS:
                return self.gradient
            case Stage.STATISTICS | Stage.STEPS | Stage.TRAINED:
                return self.step


@dataclass(frozen=True, slots=True)
class Case:
    """A piece of torch source, how to run it, and what to compare.

    `build` is an expression that makes the module; it may use the names of the inputs, those it uses are not
    passed to the call. `kwargs` names the inputs passed by keyword, `constants` are other keyword arguments.
    `entry` is an expression that gives a function: called with the inputs, or, next to `build`, with the module
    and the inputs (a training procedure: result and state are compared, gradients are not). `loss` names a
    function of the module's output that gives the scalar to differentiate; without it, the scalar is a random
    weighting of all outputs. `train`: the mode modules run in first (eval mode is always looked at; where the
    training mode is random, dropout say, it alone can be compared). `mindspore_source` is used in place of a
    conversion; `alongside` are folders of modules the source imports, converted with it.

    `optimizer` is the source of a function that makes the optimizer of the steps (`verify.optimizers`), SGD with
    learning rate `rate` if there is none, `mindspore_optimizer` its conversion.

    `repeats`: how often MindSpore runs it, with larger inputs between: some kernels are right only the first time.

    `graph`: compared in graph mode too, where that is asked for; where not, `graph_reason` says why.

    `weights` is a torch checkpoint (`key` leads to the state dict in it) that replaces random weights,
    `checkpoint` a MindSpore one that is loaded in place of copying the weights over. Without `dropout`, its layers
    and functions do nothing. `thorough` adds: eval mode before anything else, layers by themselves on small and
    large values, torch's own rounding noise, training mode only where it is not random, and, where the two differ, a
    search for the place.
    """

    name: str
    torch_source: str | Program
    build: str | None = None
    entry: str | None = None
    inputs: tuple[tuple[str, InputSpec], ...] = ()
    kwargs: tuple[str, ...] = ()
    constants: tuple[tuple[str, bool | int | float | str | None], ...] = ()
    loss: str | None = None
    gradients: bool = True
    steps: int = 1
    rate: float = 0.1
    optimizer: str | None = None
    mindspore_optimizer: str | None = None
    repeats: int = 1
    random: bool = False
    train: bool = True
    dtypes: bool = True
    graph: bool = True
    graph_reason: str = ""
    tolerances: Tolerances = Tolerances()
    allowed: frozenset[Outcome] = frozenset({Outcome.CONVERTED, Outcome.ADAPTED})
    mindspore_source: str | Program | None = None
    alongside: tuple[str, ...] = ()
    weights: str | None = None
    key: str | None = None
    checkpoint: str | None = None
    dropout: bool = True
    thorough: bool = False
    seed: str = ""

    def __post_init__(self) -> None:
        if self.build is None and self.entry is None:
            raise ValueError(f"{self.name}: a case needs `build` or `entry`")

    @property
    def can_share_a_graph(self) -> bool:
        """Whether it is a function that MindSpore may compile together with those of other cases."""
        return self.build is None and isinstance(self.mindspore_source, str) and self.dropout and not self.random

    @property
    def call_inputs(self) -> tuple[str, ...]:
        """Names of the inputs that are passed to the call."""
        tree = ast.parse(self.build or "None", mode="eval")
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return tuple(name for name, _ in self.inputs if name not in used)


@dataclass(frozen=True, slots=True)
class Measure:
    """The largest relative error of a stage, beside what is accepted.

    `noise` is the largest relative error of torch itself in float32 against float64, None where it was not
    measured. `messages` say what is wrong, one difference each; `names` are the parameters, buffers or
    layers concerned.
    """

    stage: Stage
    error: float | None
    tolerance: float
    noise: float | None = None
    messages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def within_noise(self) -> bool:
        """Whether it is equal only because torch's own noise is as large."""
        return not self.messages and self.error is not None and self.error > self.tolerance


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of source, as a reader finds it."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Values:
    """Two values that differ: where in the array, both numbers (or shapes), and the largest relative error."""

    where: str
    torch: str
    mindspore: str
    error: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place at which two runs differ: a layer by its path ("" is the model itself), and what it does.

    `own_code`: the layers inside of it agree, so the difference is made by the code of its own `forward`.
    """

    path: str
    layer: str
    what: str
    own_code: bool
    torch: CodeLine | None
    mindspore: CodeLine | None
    values: Values | None


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of one call in eval mode and of one call with its gradient."""

    forward: float
    gradient: float | None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The outcome of one case. `message` says what is wrong, one difference a line.

    `stage` of a failure: what went wrong while importing, building, loading weights, or running.
    """

    name: str
    status: CaseStatus
    message: str = ""
    measures: tuple[Measure, ...] = ()
    converted: str = ""
    findings: tuple[Finding, ...] = ()
    phase: str = ""
    divergence: Divergence | None = None
    remarks: tuple[str, ...] = ()
    timings: tuple[tuple[str, Timing], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether both frameworks agree."""
        return self.status is CaseStatus.OK

    def error(self, stage: Stage) -> float | None:
        """The largest relative error of a stage; None where nothing was compared."""
        return next((measure.error for measure in self.measures if measure.stage is stage), None)
