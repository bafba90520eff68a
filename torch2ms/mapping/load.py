"""Read the tables: YAML with every scalar as text, resolved into rows, compiled once and cached."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from torch2ms.mapping.check import check_rows
from torch2ms.mapping.compile import compile_tables
from torch2ms.mapping.files import Compiled, TableError, TableFile, WrongRows
from torch2ms.mapping.proofs import record_path
from torch2ms.mapping.schema import Tables
from torch2ms.mapping.signatures import First, Overloads
from torch2ms.mapping.strict import strict_file
from torch2ms.mapping.versions import signature_file
from torch2ms.version import __version__

# The modules that the compiled form depends on, as much as on the tables.
_COMPILED_BY = (
    *("check.py", "check_code.py", "check_helpers.py", "check_prose.py", "compile.py", "defaults.py", "files.py"),
    *("helper_files.py", "known.py", "load.py", "namespaces.py", "nodes.py", "prelude.py", "proofs.py", "schema.py"),
    *("signatures.py", "similar.py", "strict.py"),
)
# Compiled tables of several versions and of user tables live side by side; older ones are thrown away.
_KEPT = 8


def load_tables(
    extra: Sequence[Path] = (),
    *,
    without: Collection[str] = (),
    unchecked: bool = False,
    torch: str | None = None,
    mindspore: str | None = None,
) -> Tables:
    """All rows, those of `extra` tables in place of the shipped ones. Raises TableError.

    The rows of `extra` tables are checked against the captured signatures, and WrongRows is raised for those that
    cannot be right, unless they are to stay `unchecked`. `without` leaves files out, by the name a TableError gives
    them: the rest of the tables stays usable while one is being worked on. `torch` and `mindspore` are the versions
    whose captured signatures are read, by default the newest; UnknownVersion when there are none of it.
    """
    root = tables_root()
    folder = root / "signatures"
    signatures = [signature_file(folder, "mindspore", mindspore), signature_file(folder, "torch", torch)]
    chosen = [path for path in (*signatures, strict_file(root, signatures[0])) if path is not None]
    files = tuple(file for file in _read(root, chosen, extra) if file.label not in without)
    digest = _digest(files)
    cache = _cache_file(digest)
    compiled = _from_cache(cache)
    if compiled is None:
        compiled = compile_tables(files)
        if extra:
            tables = _tables(compiled, digest)
            users = [row for row in tables.rows.values() if row.users]
            compiled = replace(compiled, problems=tuple(check_rows(tables, users)))
        _to_cache(cache, compiled)
    if compiled.problems and not unchecked:
        raise WrongRows(compiled.problems)
    return _tables(compiled, digest)


def _tables(compiled: Compiled, digest: str) -> Tables:
    of_torch, of_mindspore = Overloads(compiled.torch.signatures), Overloads(compiled.mindspore.signatures)
    torch_names, of_tensor = compiled.torch.names(), "torch.Tensor."
    return Tables(
        rows=compiled.rows,
        aliases=compiled.aliases,
        helpers=compiled.helpers,
        torch_signatures=of_torch,
        mindspore_signatures=First(of_mindspore),
        mindspore_overloads=of_mindspore,
        torch_names=torch_names,
        tensor_members=frozenset(
            [name.removeprefix(of_tensor) for name in (*torch_names, *compiled.rows) if name.startswith(of_tensor)]
        ),
        mindspore_names=compiled.mindspore.names(),
        digest=digest,
        mindspore_version=compiled.mindspore_version,
        torch_version=compiled.torch_version,
        outside=compiled.outside,
        doubted=compiled.doubted,
        mindspore_fields=compiled.mindspore.fields,
        strict=compiled.strict,
    )


def tables_root() -> Path:
    """The folder of the shipped tables: inside the installed package, beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "mappings"
    return installed if installed.is_dir() else package.parent / "mappings"


def _read(root: Path, signatures: Iterable[Path], extra: Iterable[Path]) -> tuple[TableFile, ...]:
    shipped = sorted([*root.glob("*.yaml"), *root.glob("helpers/*.py"), *signatures])
    if not shipped:
        raise TableError(str(root), 0, "no tables here")
    files = [TableFile(f"mappings/{path.relative_to(root).as_posix()}", path.read_bytes()) for path in shipped]
    for path in extra:
        try:
            files.append(TableFile(str(path), path.read_bytes(), extra=True))
        except OSError as error:
            raise TableError(str(path), 0, f"cannot be read: {error.strerror}") from error
        record = record_path(path)
        with contextlib.suppress(OSError):
            files.append(TableFile(str(record), record.read_bytes(), extra=True))
    return tuple(files)


def _digest(files: Iterable[TableFile]) -> str:
    total = hashlib.sha256(__version__.encode())
    for module in _COMPILED_BY:
        with contextlib.suppress(OSError):
            total.update(hashlib.sha256(Path(__file__).with_name(module).read_bytes()).digest())
    for file in files:
        total.update(f"{file.label}\0{file.extra}\0".encode())
        total.update(hashlib.sha256(file.content).digest())
    return total.hexdigest()


def _cache_file(digest: str) -> Path | None:
    configured = os.environ.get("XDG_CACHE_HOME")
    try:
        base = Path(configured) if configured else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "torch2ms" / f"tables-{digest[:32]}.msgpack"


def _from_cache(path: Path | None) -> Compiled | None:
    if path is None:
        return None
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Compiled)
    except (OSError, msgspec.MsgspecError):
        return None


def _to_cache(path: Path | None, compiled: Compiled) -> None:
    """Keep the compiled tables for the next run; a folder that cannot be written only costs time."""
    if path is None:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="tables-", suffix=".tmp")
        try:
            with open(handle, "wb") as stream:
                stream.write(msgspec.msgpack.encode(compiled))
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        written = sorted(path.parent.glob("tables-*.msgpack"), key=lambda file: file.stat().st_mtime)
        for old in written[:-_KEPT]:
            old.unlink()
