"""Decides what code asks of torch's version, `version.parse(torch.__version__) >= version.parse("2.0")`, for a new one.

The answer is that of the version whose behaviour the tables describe, a recent torch 2, with any patch release and any
build of it. A name that holds the version, `TORCH_VERSION = version.parse(torch.__version__)`, is followed to the
conditions that read it and goes when nothing else does; otherwise it gets that version as a literal. Where the answer
hangs on the patch release, or on the order of texts (`torch.__version__[:3] >= "2.4"`), the condition is left.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.version_values import Loose, Parsed, Reader, Unreadable, VersionText
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer, only_tested
from torch2ms.rewrite.rules.shared.flags import Binding, Flags
from torch2ms.source import kinds as k

_TEXTS = frozenset({"torch.version.__version__", "torchvision.__version__", "torchaudio.__version__"})
_NAMES = ("torch.__version__", *_TEXTS, "torchvision.version.__version__", "torch.version.hip", "torch.version.xpu")
_TORCHVISION = 15
"""torchvision 0.(n + 15) belongs to torch 2.n."""
_PARSER = re.compile(r"(?i)parse|tuple|digit|loose|strict|normali|number|^int|^version$|^ver$")
_LOGGING = frozenset({"print", "debug", "info", "warning", "warn", "error", "log", "log_info", "print_rank_0"})
_REFERENCE = (ast.Name, ast.Attribute)
_HINT = "decide by hand which branch stays"


@dataclass(frozen=True, slots=True)
class _Variant:
    """One version of torch that an answer has to hold for."""

    minor: int
    patch: int = 0
    build: str = ""

    def value(self, name: str) -> object:
        """What a name of `_NAMES` stands for."""
        if name.endswith((".hip", ".xpu")):
            return None
        numbers = f"2.{self.minor}" if not name.startswith("torchvision") else f"0.{self.minor + _TORCHVISION}"
        text = f"{numbers}.{self.patch}{self.build}"
        return VersionText(text) if name == "torch.__version__" else text


class _Versions:
    """The versions in one file: where they stand, and what is asked of them."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self.flags = Flags(ctx)
        self.roots: dict[ast.expr, str] = {}
        self.uses: dict[ast.expr, Use] = {}
        for use in ctx.sites():
            for name in _NAMES:
                if use.name == name or use.name.startswith(f"{name}."):
                    node = use.node
                    for _ in range(use.name[len(name) :].count(".")):
                        node = node.value if isinstance(node, ast.Attribute) else node
                    self.roots[node] = name
                    self.uses[node] = use
        minor = int((ctx.tables.torch_version or "2.0").split(".")[1])
        self.variants = (_Variant(minor), _Variant(minor, 1), _Variant(minor, 0, "+cpu"), _Variant(minor, 0, "+cu126"))
        self.before = _Variant(9, 1)

    # ------------------------------------------------------------------ reading

    def values(self, node: ast.expr) -> list[object]:
        """What an expression comes to with each variant. Raises Unreadable."""
        readers = [self._reader(variant, frozenset()) for variant in self.variants]
        found = [reader.read(node) for reader in readers]
        if any(reader.is_cut for reader in readers):
            other = self._reader(self.before, frozenset()).read(node)
            if other != found[0]:
                raise Unreadable("versions are compared as texts or fractions here: 2.13 comes before 2.4")
        return found

    def decided(self, node: ast.expr) -> bool | None:
        """Whether a condition holds, with every variant. Raises Unreadable; None where it is no condition."""
        found = self.values(node)
        if not all(isinstance(value, bool) for value in found):
            if not only_tested(self.ctx, node, self.ctx.parents.stmt(node)):
                return None
            found = [bool(value) for value in found]
        if found.count(found[0]) != len(found):
            raise Unreadable("this hangs on the patch release or the build of torch")
        return bool(found[0])

    def _reader(self, variant: _Variant, open_names: frozenset[ast.expr]) -> Reader:
        def known(node: ast.expr) -> object:
            if node in self.roots:
                return variant.value(self.roots[node])
            if isinstance(node, ast.Name):
                binding = self.flags.binding(node)
                if binding is not None and binding.value not in open_names and not binding.may_change(self.ctx):
                    reader = self._reader(variant, open_names | {binding.value})
                    value = reader.read(binding.value)
                    outer.is_cut = outer.is_cut or reader.is_cut
                    return binding.part(value)
            raise Unreadable

        outer = Reader(known, self._called)
        return outer

    def _called(self, call: ast.Call) -> str | None:
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if isinstance(kind, k.FuncRef | k.ClassRef):
            return ""
        return kind.name if isinstance(kind, k.Ref) else None

    # ------------------------------------------------------------------ what versions reach

    @cached_property
    def held(self) -> dict[Binding, list[ast.Name]]:
        """The names that hold a version, or something read from one, with the places that read them."""
        found: dict[Binding, list[ast.Name]] = {}
        waiting: list[ast.expr] = list(self.roots)
        while waiting:
            for binding in self.flags.bindings_of(self.widest(waiting.pop())):
                if binding not in found:
                    found[binding] = self.flags.reads(binding)
                    waiting.extend(found[binding])
        return found

    def widest(self, node: ast.expr) -> ast.expr:
        """The largest condition around a version that comes to something with every variant, or else expression."""
        return self._widest(node)[0]

    def reason(self, node: ast.expr) -> str:
        """Why what stands around a version comes to nothing certain; "" where there is nothing to say."""
        return self._widest(node)[1]

    def _widest(self, node: ast.expr) -> tuple[ast.expr, str]:
        above = self.ctx.parents.of(node)
        best, reason, is_condition = node, "", False
        while isinstance(above, ast.expr | ast.keyword | ast.comprehension):
            if isinstance(above, ast.expr):
                try:
                    asks = all(isinstance(value, bool) for value in self.values(above))
                    best = best if is_condition and not asks else above
                    is_condition = is_condition or asks
                except Unreadable as error:
                    reason = reason or error.reason
            above = self.ctx.parents.of(above)
        return best, reason

    def places(self) -> Iterator[ast.expr]:
        """Every place where a version stands, or a name that holds one."""
        yield from self.roots
        for reads in self.held.values():
            yield from reads


# ---------------------------------------------------------------------- before the sites


def _start(ctx: FileContext) -> None:
    """Answer every condition; what is left is looked at in the end."""
    if not any(use.name.startswith(_NAMES) for use in ctx.sites()):
        return
    versions = _Versions(ctx)
    seen: set[ast.expr] = set()
    for place in versions.places():
        widest = versions.widest(place)
        reason = ""
        try:
            value = versions.decided(widest)
        except Unreadable as error:
            value, reason = None, error.reason
        reason = reason or versions.reason(place)
        use = versions.uses.get(place)
        if value is not None and widest not in seen:
            stmt = ctx.parents.stmt(widest)
            answer(ctx, widest, stmt, value)
            seen.add(widest)
            if use is None:
                ctx.structural(place, stmt, "torch.__version__", str(value))
        if use is None:
            continue
        if value is not None:
            ctx.converted(use, str(value))
        else:
            ctx.manual(use, "T2M201", reason or "the version of torch", _HINT)


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    """Names that nothing reads any more go; what is left becomes a literal where it is only compared."""
    if not any(use.name.startswith(_NAMES) for use in ctx.sites()):
        return
    versions = _Versions(ctx)
    while any([versions.flags.drop_if_idle(binding) for binding in versions.held]):
        pass
    for node, use in versions.uses.items():
        if ctx.outcome(use) is Outcome.MANUAL and ctx.survives(node, use.stmt):
            _literal(ctx, versions, node, use)
        if ctx.outcome(use) is Outcome.MANUAL and ctx.has_place(node, use.stmt) and not isinstance(node, _REFERENCE):
            _asked(ctx, versions, node, use)


def _literal(ctx: FileContext, versions: _Versions, node: ast.expr, use: Use) -> None:
    """Write a version that is read apart, or only printed, as a literal or as that of MindSpore."""
    name = versions.roots[node]
    widest = versions.widest(node)
    try:
        value = versions.values(widest)[0]
        versions.decided(widest)
    except Unreadable:
        return
    if versions.reason(node):
        return
    if name.endswith((".hip", ".xpu")):
        ctx.replace(node, "None")
        ctx.converted(use, "None")
        return
    version = f'"{versions.variants[0].value(name)}"'
    note = f"written as {version}, whose behaviour the tables describe"
    if isinstance(value, int | float | tuple) and _is_plain(value):
        ctx.replace(widest, repr(value))
    elif isinstance(value, Parsed | Loose) or _is_parsed(ctx, widest) or _is_only_read(versions, widest):
        ctx.replace(node, version)
    elif _is_printed(ctx, widest):
        ctx.replace(node, "ms.__version__")
        ctx.adapted(use, "mindspore.__version__", "the version of MindSpore is printed")
        return
    else:
        return
    ctx.adapted(use, version, note)


def _asked(ctx: FileContext, versions: _Versions, node: ast.expr, use: Use) -> None:
    """Write the version of torch that was asked of the metadata of its package, which is not there any more."""
    version = f'"{versions.variants[0].value(versions.roots[node])}"'
    ctx.replace(node, version)
    ctx.adapted(use, version, f"written as {version}, whose behaviour the tables describe")


def _is_only_read(versions: _Versions, node: ast.expr) -> bool:
    """Whether an expression is held by names, and whatever reads them takes a version apart."""
    bindings = list(versions.flags.bindings_of(node))
    reads = [read for binding in bindings for read in versions.flags.reads(binding)]
    return bool(reads) and all(versions.widest(read) is not read for read in reads)


def _is_plain(value: object) -> bool:
    """Whether a value is made of numbers alone."""
    return isinstance(value, int | float) or (isinstance(value, tuple) and all(map(_is_plain, value)))


def _is_parsed(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a version is given to a function that reads it, by its name: `digit_version(torch.__version__)`."""
    call = ctx.parents.of(node)
    if not isinstance(call, ast.Call) or node not in call.args:
        return False
    name = ast.unparse(call.func).rpartition(".")[2]
    return "ver" in name.lower() and _PARSER.search(name) is not None


def _is_printed(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a version is only shown to people who run the program."""
    above = ctx.parents.of(node)
    while isinstance(above, ast.JoinedStr | ast.FormattedValue | ast.Tuple | ast.BinOp):
        above = ctx.parents.of(above)
    if not isinstance(above, ast.Call):
        return False
    name = ast.unparse(above.func).rpartition(".")[2]
    if name == "format" and isinstance(above.func, ast.Attribute):
        return _is_printed(ctx, above)
    return name in _LOGGING and isinstance(ctx.parents.of(above), ast.Expr)


def _decided(ctx: FileContext, use: Use) -> bool:
    """All is decided before the sites are."""
    return ctx.decision(use.node) is not None


RULE = Rule(
    sites=dict.fromkeys(_NAMES, _decided), start=_start, finish=_finish, after=("known_conditions", "torch_installed")
)
