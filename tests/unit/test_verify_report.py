"""The reports of `torch2ms verify`."""

from __future__ import annotations

import io
import json

from torch2ms.model import Finding, Outcome
from torch2ms.report.verify import verification_json, write_verification
from torch2ms.source.text import Span
from torch2ms.verify.case import CaseResult, CaseStatus, CodeLine, Divergence, Measure, Stage, Timing, Values

EQUAL = CaseResult(
    "a/equal",
    CaseStatus.OK,
    measures=(Measure(Stage.BEFORE, 1e-7, 1e-5, 2e-7), Measure(Stage.GRADIENTS, 2e-4, 1e-4, 5e-5)),
    remarks=("a note [with brackets]",),
    timings=(("torch", Timing(0.0015, None)), ("MindSpore", Timing(2.0, 3.0))),
)
DIFFERS = CaseResult(
    "differs",
    CaseStatus.DIFFERS,
    message="\n".join(f"difference {number}" for number in range(7)),
    measures=(Measure(Stage.BEFORE, float("inf"), 1e-5, messages=("difference 0",)),),
    divergence=Divergence(
        "",
        "Net",
        "x",
        True,
        CodeLine("/elsewhere/net.py", 12, "x = a"),
        None,
        Values("[0]", "1", "2", 1.0, 1e-5),
    ),
)
CRASH = CaseResult(
    "crash",
    CaseStatus.CRASH,
    message="MindSpore process ended with code -11: no message",
    phase="run",
    findings=(
        Finding("T2M402", "left", "", "torch.x", "", Span(3, 0, 3, 5), 3, Outcome.MANUAL),
        Finding("T2M301", "converted", "", "torch.y", "", Span(4, 0, 4, 5), 4, Outcome.CHECK),
    ),
)


def text(*results: CaseResult) -> list[str]:
    stream = io.StringIO()
    write_verification(results, 1.25, stream, color=False)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_several_models() -> None:
    lines = text(EQUAL, DIFFERS, CRASH)
    assert [line.split() for line in lines[:4]] == [
        ["model", "eval", "mode", "gradients"],
        ["a/equal", "equal", "1.0e-07", "2.0e-04~"],
        ["differs", "differs", "shape!"],
        ["crash", "crash"],
    ]
    assert lines[4:] == [
        "",
        "a/equal",
        "  note: a note [with brackets]",
        "  torch: forward 1.50 ms",
        "  MindSpore: forward 2.00 s, with gradient 3.00 s",
        "",
        "differs",
        "  7 differences:",
        *(f"    difference {number}" for number in range(5)),
        "    and 2 more (--format json has them all)",
        "  first difference: in the code of the model (Net): x",
        "    torch      /elsewhere/net.py:12: x = a",
        "    torch 1, MindSpore 2 at [0], error 1.0e+00 (tolerance 1e-05)",
        "",
        "crash",
        "  crash while running: MindSpore process ended with code -11: no message",
        "    left by the conversion: line 3: T2M402 left",
        "3 models: 1 equal, 1 differs, 1 failed · 1.2 s",
    ]


def test_one_model() -> None:
    lines = text(EQUAL)
    assert lines[0] == "a/equal"
    assert [line.split() for line in lines[2:4]] == [
        ["eval", "mode", "1.0e-07", "1.0e-05", "2.0e-07", "equal"],
        ["gradients", "2.0e-04", "1.0e-04", "5.0e-05", "equal,", "within", "noise"],
    ]
    assert lines[-1] == "1 model: 1 equal, 0 differ, 0 failed · 1.2 s"


def test_json() -> None:
    found = json.loads(verification_json([EQUAL, DIFFERS, CRASH], 1.25))
    assert found["summary"] == {"models": 3, "equal": 1, "differ": 1, "failed": 1, "seconds": 1.25}
    equal, differs, crash = found["models"]
    assert equal["seconds"] == {
        "torch": {"forward": 0.0015, "gradient": None},
        "MindSpore": {"forward": 2.0, "gradient": 3.0},
    }
    assert differs["stages"] == [
        {
            "stage": "eval mode",
            "equal": False,
            "error": None,
            "tolerance": 1e-5,
            "noise": None,
            "messages": ["difference 0"],
        }
    ]
    assert differs["divergence"]["torch"] == {"file": "/elsewhere/net.py", "line": 12, "text": "x = a"}
    assert differs["divergence"]["mindspore"] is None and len(differs["messages"]) == 7
    assert (crash["status"], crash["phase"], len(crash["left"])) == ("crash", "run", 1)
