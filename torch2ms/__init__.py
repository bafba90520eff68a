"""torch2ms: PyTorch source to MindSpore source that computes the same numbers."""

from __future__ import annotations

__version__ = "0.1.0"
