"""The public face: convert a text, or files and folders. Nothing here writes a file."""

from __future__ import annotations

import io
import time
import tokenize
from collections.abc import Iterable, Sequence
from pathlib import Path

from torch2ms import project
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Report, Settings
from torch2ms.walk import collect

DEFAULT = Settings()


def convert_source(
    text: str,
    *,
    path: Path | str = "<string>",
    settings: Settings = DEFAULT,
    tables: Tables | None = None,
) -> FileResult:
    """Convert Python source. Never raises for bad source: the result then has an `error`.

    Raises TableError when `settings.mappings` holds a broken table. To convert many texts, load the tables
    once (`torch2ms.mapping.load.load_tables`) and pass them.
    """
    if tables is None:
        tables = load_tables(settings.mappings)
    return project.convert_data(_encoded(text), Path(path), settings, tables, explicit=bool(text))


def convert_path(
    paths: Path | str | Iterable[Path | str],
    *,
    settings: Settings = DEFAULT,
    exclude: Sequence[str] = (),
    jobs: int | None = 1,
    tables: Tables | None = None,
) -> Report:
    """Convert files and folders and return the results, writing nothing.

    `exclude` holds globs as in a .gitignore. `jobs` is the number of processes, None for as many as pay; a
    script that asks for more than one needs the usual `if __name__ == "__main__":` guard.
    """
    start = time.perf_counter()
    given = [paths] if isinstance(paths, (str, Path)) else paths
    work = collect([Path(path) for path in given], exclude=exclude)
    if tables is None:
        tables = load_tables(settings.mappings)
    else:
        jobs = 1  # workers would load tables of their own
    results = project.convert_targets(work.targets, settings, jobs=jobs, tables=tables)
    return Report(results, work.errors, time.perf_counter() - start)


def _encoded(text: str) -> bytes:
    """The text as a file would hold it, in the encoding its first lines declare."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeEncodeError):
        return data  # for the conversion to report
