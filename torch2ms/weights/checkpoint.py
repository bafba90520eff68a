"""A checkpoint as read from disk, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from torch2ms.weights.tensor import StoredTensor


class Format(Enum):
    """A file format."""

    TORCH_ZIP = "torch"
    TORCH_LEGACY = "torch (before 1.6)"
    SAFETENSORS = "safetensors"
    CKPT = "MindSpore ckpt"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of a checkpoint, in the order of the file.

    `key`: where in the file they were; `beside`: what else is there; `record`: what a conversion left behind for the
    way back; `files`: all files that were read.
    """

    format: Format
    tensors: tuple[StoredTensor, ...]
    key: str = ""
    beside: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    record: str | None = None
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    shards: int = 1
