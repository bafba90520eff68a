"""One file, bytes in, result out: decode, parse, infer, find the sites, decide them, write the output."""

from __future__ import annotations

import ast
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from torch2ms.codes import Code
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileError, FileResult, Finding, Settings, Site, Status
from torch2ms.rewrite.by_row import by_row
from torch2ms.rewrite.comments import keep_marked, leave_marked, plan_comments
from torch2ms.rewrite.context import ANY_MODULE_MEMBER, FileContext
from torch2ms.rewrite.doubts import doubt_rows, trust_kernels
from torch2ms.rewrite.draft import Draft
from torch2ms.rewrite.left import plan_imports
from torch2ms.rewrite.other_layers import found_before
from torch2ms.rewrite.output.apply import apply
from torch2ms.rewrite.registry import Registry, registry
from torch2ms.rewrite.same import same_in_mindspore
from torch2ms.rewrite.sites import find_sites
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.neighbours import Neighbours
from torch2ms.source.parse import ParseError, check, parse
from torch2ms.source.text import DecodeError, SourceText, decode, encode

_Converted: TypeAlias = tuple[str, tuple[Site, ...], tuple[Finding, ...]]
# For files nested deeply: how many calls may be open at once, and the bytes of the stack these get.
_CALLS = 30_000
_STACK = 512 * 1024 * 1024
# A file without the word torch may still derive from modules, or use torch under a name a neighbour gave it.
_WORDS = (b"def forward(", b"import *", b" nn", b" F\n")


def convert_bytes(
    data: bytes, path: Path, tables: Tables, settings: Settings, neighbours: Neighbours | None = None
) -> FileResult:
    """Convert one file. Pure but for what `neighbours` reads; bad input gives Status.ERROR, never an exception.

    A file without "torch" in it is returned untouched and unparsed, unless one of its classes may derive from
    a module of a neighbour, or a row outside of torch may be for something in it.
    """
    started = time.perf_counter()

    def failed(code: Code, message: str, line: int = 0, col: int = 0) -> FileResult:
        return FileResult(path, Status.ERROR, data, data, error=FileError(code, message, line, col))

    if not worth_a_look(data, tables, neighbours):
        return FileResult(path, Status.UNCHANGED, data, data)
    try:
        source = decode(data)
    except DecodeError as error:
        return failed("T2M902", str(error))
    known = _known(source.text, path, neighbours)
    try:
        tree = parse(source.text) if known is None else known.tree
    except ParseError as error:
        return failed("T2M901", error.message, error.line, error.col)
    arguments = (source, tree, path, tables, settings, neighbours, known)
    try:
        try:
            output, sites, findings = _convert(*arguments)
        except RecursionError:
            output, sites, findings = _with_room(lambda: _convert(*arguments))
    except RecursionError:
        return failed("T2M907", "the file is nested too deeply")
    if output != source.text:
        try:
            check(output)
        except ParseError as error:
            return failed("T2M903", f"the output would not parse: {error.message}", error.line)
        result = encode(output, source)
    else:
        result = data
    status = Status.CHANGED if result != data else Status.UNCHANGED
    return FileResult(path, status, data, result, sites, findings, None, time.perf_counter() - started)


def _known(text: str, path: Path, neighbours: Neighbours | None) -> Facts | None:
    """What a run over the file has found before, for the sake of another one, if the text is still the same."""
    found = None if neighbours is None else found_before(neighbours)
    return None if found is None or neighbours is None or neighbours.files.text(path) != text else found


def _with_room(run: Callable[[], _Converted]) -> _Converted:
    """Run a function where calls may be nested about as deeply as Python's own parser lets expressions be."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    try:
        sys.setrecursionlimit(max(limit, _CALLS))
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(run).result()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)


def worth_a_look(data: bytes, tables: Tables, neighbours: Neighbours | None) -> bool:
    """Whether a file can hold anything the tables have rows for: torch's name, that of another package, or what a
    neighbour passes on to it."""
    if b"torch" in data or (neighbours is not None and any(word in data for word in _WORDS)):
        return True
    names = [name.split(".") for name in tables.outside]
    return any(parts[0].encode() in data or (neighbours and parts[-1].encode() in data) for parts in names)


def _convert(
    source: SourceText,
    tree: ast.Module,
    path: Path,
    tables: Tables,
    settings: Settings,
    neighbours: Neighbours | None,
    known: Facts | None,
) -> _Converted:
    know = Knowledge(tables, own="" if neighbours is None else neighbours.package)
    facts = Inference(tree, know, neighbours).run() if known is None else known
    draft = Draft()
    ctx = FileContext(source, tree, facts, know, draft, is_package=path.name == "__init__.py")
    draft.uses.extend(find_sites(ctx))
    _decide(ctx, draft, registry())
    if not settings.on_cpu:
        trust_kernels(draft)
    doubt_rows(tables, draft)
    plan_imports(ctx, draft, neighbours)
    ctx.take_out_emptied()
    if settings.todo_comments:
        plan_comments(ctx, draft)
    output = apply(source, tree, draft.plans, ctx.parents)
    return output, *_said(source, draft)


def _decide(ctx: FileContext, draft: Draft, rules: Registry) -> None:
    """Give every site its outcome: rules that look at the whole file, then site by site, then what waits for all."""
    marked = leave_marked(ctx, draft)
    for start in rules.start:
        start(ctx)
    for use in draft.uses:
        if use.node in draft.decisions:
            continue
        kind = use.receiver_kind
        if use.receiver is not None and (isinstance(kind, (k.Var, k.Member)) or kind is k.UNKNOWN):
            same = same_in_mindspore(ctx, use, by_rule=use.name in rules.sites)
            if same is not None:
                ctx.converted(use, same)
                continue
            brackets = "()" if use.call is not None else ""
            member = use.name.rpartition(".")[2]
            ctx.unknown(use, f"the receiver of .{member}{brackets} may or may not be torch's")
            continue
        if use.receiver is not None and ctx.uses_mindspore:
            ctx.unknown(use, "this file uses MindSpore already: whose method this is cannot be told")
            continue
        names = list(rules.claimed(use.name))
        if use.receiver is not None and isinstance(kind, k.Module):
            names.append(ANY_MODULE_MEMBER)
        if not any(rules.sites[name](ctx, use) for name in names if name in rules.sites):
            by_row(ctx, use, rules.rows)
    for finish in rules.finish:
        finish(ctx)
    if marked:
        keep_marked(ctx, draft, marked)


def _said(source: SourceText, draft: Draft) -> tuple[tuple[Site, ...], tuple[Finding, ...]]:
    """The sites and findings of the file, in source order."""
    sites: list[Site] = []
    findings: list[Finding] = []
    for use in draft.uses:
        decision = draft.decisions[use.node]
        span = source.place(use.node)
        sites.append(Site(use.name, decision.mindspore, span, decision.outcome))
        code, target = decision.code, decision.mindspore
        if code is not None:
            findings.append(Finding(code, decision.message, decision.hint, use.name, target, span, 0, decision.outcome))
    findings += draft.findings
    sites.sort(key=lambda site: (site.span.line, site.span.col))
    findings.sort(key=lambda finding: (finding.span.line, finding.span.col))
    return tuple(sites), tuple(findings)
