"""One file, bytes in, result out: decode, parse, infer, find the sites, decide them, write the output."""

from __future__ import annotations

import ast
import time
from pathlib import Path

from torch2ms.mapping.schema import Tables
from torch2ms.model import FileError, FileResult, Finding, Settings, Site, Status
from torch2ms.rewrite.context import Rewriter
from torch2ms.rewrite.output.apply import apply
from torch2ms.rewrite.rules import FILE_RULES, FINISH_RULES, RULES
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.neighbours import Neighbours
from torch2ms.source.text import DecodeError, SourceText, decode, encode

# A file without the word torch may still derive from modules, or use torch under a name a neighbour gave it.
_WORDS = (b"def forward(", b"import *", b" nn", b" F\n")


def convert_bytes(
    data: bytes, path: Path, tables: Tables, settings: Settings, neighbours: Neighbours | None = None
) -> FileResult:
    """Convert one file. Pure but for what `neighbours` reads; bad input gives Status.ERROR, never an exception.

    A file without "torch" in it is returned untouched and unparsed, unless one of its classes may derive from
    a module of a neighbour.
    """
    started = time.perf_counter()

    def failed(code: str, message: str, line: int = 0, col: int = 0) -> FileResult:
        return FileResult(path, Status.ERROR, data, data, error=FileError(code, message, line, col))

    if not worth_a_look(data, neighbours):
        return FileResult(path, Status.UNCHANGED, data, data)
    try:
        source = decode(data)
    except DecodeError as error:
        return failed("T2M902", str(error))
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return failed(*_syntax_error(error, source.text))
    try:
        output, sites, findings = _convert(source, tree, path, tables, settings, neighbours)
    except RecursionError:
        return failed("T2M907", "the file is nested too deeply")
    if output != source.text:
        try:
            ast.parse(output)
        except SyntaxError as error:
            return failed("T2M903", f"the output would not parse: {error.msg}", error.lineno or 0)
        result = encode(output, source)
    else:
        result = data
    status = Status.CHANGED if result != data else Status.UNCHANGED
    return FileResult(path, status, data, result, sites, findings, None, time.perf_counter() - started)


def worth_a_look(data: bytes, neighbours: Neighbours | None) -> bool:
    """Whether a file can hold anything of torch's: its name, or what a neighbour passes on to it."""
    return b"torch" in data or (neighbours is not None and any(word in data for word in _WORDS))


def _convert(
    source: SourceText,
    tree: ast.Module,
    path: Path,
    tables: Tables,
    settings: Settings,
    neighbours: Neighbours | None,
) -> tuple[str, tuple[Site, ...], tuple[Finding, ...]]:
    know = Knowledge(tables)
    facts = Inference(tree, know, neighbours).run()
    rewriter = Rewriter(source, tree, facts, know, settings, is_package=path.name == "__init__.py")
    rewriter.run(RULES, FILE_RULES, FINISH_RULES)
    rewriter.finish()
    output = apply(source, tree, rewriter.plans)
    sites, findings = rewriter.outcome()
    return output, sites, findings


def _syntax_error(error: Exception, text: str) -> tuple[str, str, int, int]:
    if not isinstance(error, SyntaxError):
        return "T2M901", str(error) or "the file cannot be parsed", 0, 0
    message = error.msg
    if "Missing parentheses in call to 'print'" in message or "multiple exception types" in message:
        message = f"Python 2 source: {message}"
    return "T2M901", message, error.lineno or 0, error.offset or 0
