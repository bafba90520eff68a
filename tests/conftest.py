"""Fixtures of all tests."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def frameworks() -> None:
    """Both frameworks are installed; without them a test is skipped, in CI it fails."""
    missing = [name for name in ("torch", "mindspore") if importlib.util.find_spec(name) is None]
    if not missing:
        return
    reason = f"{' and '.join(missing)} not installed (pip install -e '.[verify]')"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
