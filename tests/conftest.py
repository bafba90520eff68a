"""Fixtures of all tests."""

from __future__ import annotations

import importlib.util
import os

import pytest


@pytest.fixture(scope="module")
def collected_names(request: pytest.FixtureRequest) -> set[str]:
    """The `name`s the collected tests of a file are parametrised with: what its batch has to run."""
    return {
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == request.path
        and "name" in getattr(getattr(item, "callspec", None), "params", {})
    }


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
