from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from torch2ms.cli import app

NET = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)  # the head

    def forward(self, x):
        return torch.relu(self.fc(x))
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: bytes
    stdout: str
    stderr: str


@pytest.fixture(scope="session", autouse=True)
def _table_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, in no git repository."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command in this process, which is quicker."""

    def call(*args: str, stdin: bytes = b"", cwd: Path = here, **env: str) -> Result:
        monkeypatch.chdir(cwd)
        result = CliRunner().invoke(app, args, input=stdin, env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout_bytes, result.stdout, result.stderr)

    return call


@pytest.fixture
def run_process(here: Path) -> Callable[..., Result]:
    """Run the command as a user would."""

    def call(*args: str, stdin: bytes = b"", cwd: Path = here, **env: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "torch2ms", *args],
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env={**os.environ, **env},
            timeout=120,
        )
        return Result(
            done.returncode,
            done.stdout,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    return call


@pytest.fixture
def git(here: Path) -> Callable[..., str]:
    def call(*args: str, cwd: Path = here) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *identity, *args], cwd=cwd, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call
