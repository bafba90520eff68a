"""Run torch source and its conversion side by side, each framework in its own process, and compare."""

from torch2ms.verify.case import Case, CaseResult, CaseStatus, Stage, Tolerances
from torch2ms.verify.inputs import InputSpec, parse_input
from torch2ms.verify.program import Converter
from torch2ms.verify.runner import run_cases

__all__ = [
    "Case",
    "CaseResult",
    "CaseStatus",
    "Converter",
    "InputSpec",
    "Stage",
    "Tolerances",
    "parse_input",
    "run_cases",
]
