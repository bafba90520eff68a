"""torch2ms: PyTorch source to MindSpore source that computes the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch2ms.version import __version__

if TYPE_CHECKING:
    from torch2ms.api import convert_path, convert_source

__all__ = ["__version__", "convert_path", "convert_source"]


def __getattr__(name: str) -> object:
    # `import torch2ms` stays light: the engine is loaded when it is first used.
    if name in ("convert_path", "convert_source"):
        from torch2ms import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
