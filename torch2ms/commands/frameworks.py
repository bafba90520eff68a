"""Whether PyTorch and MindSpore are installed. Modules that run models import NumPy, so this is asked before them."""

from __future__ import annotations

import importlib.util

from torch2ms.commands.terminal import ERROR, say


def frameworks_missing(reason: str) -> int:
    """The exit code where the verify extra is not installed, with a line that says so; 0 where it is.

    `reason` says what needs it ("verify runs the model").
    """
    missing = [name for name in ("torch", "mindspore", "numpy") if importlib.util.find_spec(name) is None]
    if not missing:
        return 0
    say(f"error: {reason}; not installed: {', '.join(missing)} (pip install 'torch2ms[verify]')")
    return ERROR
