"""Whether two checkouts of torch2ms convert the same files to the same bytes, with the same reports.

    python scripts/compare_checkouts.py OLD NEW FOLDER [FOLDER ...] [--record FILE] [--jobs N]

OLD and NEW are checkouts (the folder with `torch2ms/` and `mappings/` in it); OLD may also be a file that an earlier
run wrote with --record, so that the old side is converted once. Each checkout converts each FOLDER by its own command
line, in a process of its own; what is compared is every file of the output tree, and the JSON report entry of every
input. Times and the version of the tool are not compared. Exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Converted:
    """What a checkout made of one folder: digests of the output files and of the report entries, by path."""

    outputs: Mapping[str, str]
    entries: Mapping[str, str]
    errors: str
    seconds: float


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def convert(checkout: Path, folder: Path, jobs: str) -> Converted:
    """Convert a folder with the command line of a checkout; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="torch2ms-compare-") as scratch:
        out = Path(scratch) / "out"
        command = [sys.executable, "-m", "torch2ms", "convert", str(folder), "-o", str(out)]
        command += ["--format", "json", "--jobs", jobs]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        started = time.perf_counter()
        # Its own folder as the current one: `python -m` looks there first.
        done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, check=False)
        seconds = time.perf_counter() - started
        if not done.stdout:
            raise SystemExit(f"{checkout}: no report for {folder}: {done.stderr.decode(errors='replace').strip()}")
        report = json.loads(done.stdout)
        outputs = {
            str(path.relative_to(out)): digest(path.read_bytes())
            for path in sorted(out.rglob("*"))
            if path.is_file() and ".torch2ms" not in path.parts
        }
    entries = {}
    for entry in report["files"]:
        entry.pop("seconds", None)
        entries[entry["path"]] = digest(json.dumps(entry, sort_keys=True).encode())
    return Converted(outputs, entries, json.dumps(report["errors"], sort_keys=True), seconds)


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The paths at which two tables of digests differ."""
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def side(where: Path, folders: list[Path], jobs: str) -> dict[str, Converted]:
    """All folders by one checkout, or as a record has them."""
    if where.is_file():
        kept = json.loads(where.read_text(encoding="utf-8"))
        missing = [str(folder) for folder in folders if str(folder) not in kept]
        if missing:
            raise SystemExit(f"{where}: nothing recorded for {', '.join(missing)}")
        return {str(folder): Converted(**kept[str(folder)]) for folder in folders}
    if not (where / "torch2ms").is_dir():
        raise SystemExit(f"{where}: no checkout of torch2ms")
    return {str(folder): convert(where, folder, jobs) for folder in folders}


def main() -> int:
    """Compare, print the result, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--record", type=Path, help="keep what OLD made in this file")
    parser.add_argument("--jobs", default="auto", help="worker processes of each conversion")
    options = parser.parse_args()
    folders = [folder.resolve() for folder in options.folders]
    before = side(options.old.resolve(), folders, options.jobs)
    if options.record is not None:
        kept = {
            folder: {"outputs": c.outputs, "entries": c.entries, "errors": c.errors, "seconds": c.seconds}
            for folder, c in before.items()
        }
        options.record.write_text(json.dumps(kept), encoding="utf-8")
    after = side(options.new.resolve(), folders, options.jobs)
    files = wrong = 0
    for folder, old in before.items():
        new = after[folder]
        outputs, entries = differences(old.outputs, new.outputs), differences(old.entries, new.entries)
        files += len(old.entries)
        wrong += len(outputs) + len(entries) + (old.errors != new.errors)
        print(
            f"{folder}: {len(old.entries)} files, {len(outputs)} outputs and {len(entries)} reports differ"
            f" ({old.seconds:.1f} s, {new.seconds:.1f} s)"
        )
        for path in outputs[:_SHOWN]:
            print(f"  output {path}")
        for path in entries[:_SHOWN]:
            print(f"  report {path}")
        if old.errors != new.errors:
            print(f"  errors {old.errors} | {new.errors}")
    print(f"{files} files: {'equal' if not wrong else f'{wrong} differences'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
