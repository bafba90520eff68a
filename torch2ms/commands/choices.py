"""What options may be set to. `torch2ms.cli` shows these in its help, so nothing heavy is imported here."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


class ScanFormat(StrEnum):
    """How what was found in a project is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Framework(StrEnum):
    """What a checkpoint is for."""

    MINDSPORE = "mindspore"
    TORCH = "torch"


class FailOn(StrEnum):
    """What makes the exit code 1; errors always make it 2."""

    ERROR = "error"
    MANUAL = "manual"
    CHECK = "check"


class Device(StrEnum):
    """Where the output runs."""

    CPU = "cpu"
    GPU = "gpu"
    ASCEND = "ascend"


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"
