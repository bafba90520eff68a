"""Fixtures of the unit tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from torch2ms.mapping import load


@pytest.fixture
def tables_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables of the test's own, with the shipped signatures and aliases."""
    shipped = load.tables_root()
    folder = tmp_path / "mappings"
    (folder / "helpers").mkdir(parents=True)
    (folder / "signatures").symlink_to(shipped / "signatures")
    (folder / "aliases.yaml").symlink_to(shipped / "aliases.yaml")
    (folder / "torch.yaml").write_text("torch.abs: mindspore.ops.abs\n")
    monkeypatch.setattr(load, "tables_root", lambda: folder)
    return folder
