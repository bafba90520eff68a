"""Which qualified names belong to torch."""

from __future__ import annotations

ROOTS = ("torch", "torchvision", "torchaudio", "torchtext")


def is_torch(name: str) -> bool:
    """Whether a qualified name belongs to torch or a library of its family."""
    root, _, _ = name.partition(".")
    return root in ROOTS
