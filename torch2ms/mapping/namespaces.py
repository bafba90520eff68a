"""Which qualified names belong to torch."""

from __future__ import annotations

ROOTS = ("torch", "torchvision", "torchaudio", "torchtext")
PARTS = ("safetensors.torch",)
"""Modules of other packages that are for torch alone, and import it."""


def is_torch(name: str) -> bool:
    """Whether a qualified name belongs to torch or a library of its family."""
    root, _, _ = name.partition(".")
    return root in ROOTS or any(name == part or name.startswith(f"{part}.") for part in PARTS)


def holds_torch(name: str) -> bool:
    """Whether a package outside of torch has a module that is for torch alone."""
    return any(part.startswith(f"{name}.") for part in PARTS)


def member(name: str, attr: str) -> str:
    """The qualified name of an attribute of a module: `torch.torch` is torch itself."""
    return name if name == attr == "torch" else f"{name}.{attr}"
