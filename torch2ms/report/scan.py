"""What a project uses of torch, how much of it converts, and how much work is left: by file, by API, by package."""

from __future__ import annotations

import ast
import csv
import io
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from torch2ms.codes import Code
from torch2ms.mapping.packages import TORCH_PACKAGES
from torch2ms.model import FileResult, Finding, Outcome, Report
from torch2ms.report.already import is_mindspore
from torch2ms.report.findings import KEPT_IMPORTS
from torch2ms.report.json import JSON, SCHEMA_VERSION, all_errors
from torch2ms.report.styles import BOLD, GREEN, RED, YELLOW, columns, shortened, styled
from torch2ms.report.text import summary_line
from torch2ms.report.wording import plural
from torch2ms.version import __version__


class Effort(IntEnum):
    """How much work something takes by hand."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """As it is shown."""
        return self.name.lower()


STYLES = {Effort.NONE: GREEN, Effort.LOW: "", Effort.MEDIUM: YELLOW, Effort.HIGH: RED}
DONE = (Outcome.CONVERTED, Outcome.ADAPTED)
MANUAL = Outcome.MANUAL
# What is left takes a line or two, unless the code says that it takes a piece of design.
OF_CODE: Mapping[Code, Effort] = MappingProxyType(
    {
        **dict.fromkeys(KEPT_IMPORTS, Effort.NONE),
        **dict.fromkeys(("T2M107", "T2M201", "T2M205", "T2M303", "T2M401", "T2M402", "T2M403"), Effort.MEDIUM),
        **dict.fromkeys(("T2M501", "T2M601"), Effort.MEDIUM),
        **dict.fromkeys(("T2M702", "T2M801"), Effort.HIGH),
    }
)
# So many things to do of one effort are together one of the next.
MANY = 20
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Tally:
    """The sites of a file, or of an API: how many have each outcome, and the work that is left."""

    name: str
    outcomes: Mapping[Outcome, int]
    effort: Effort
    todo: int

    @property
    def sites(self) -> int:
        """How many there are."""
        return sum(self.outcomes.values())

    @property
    def share(self) -> float:
        """How much of it converts."""
        done = sum(self.outcomes[outcome] for outcome in DONE)
        return done / self.sites if self.sites else 1.0


@dataclass(frozen=True, slots=True)
class Package:
    """A package that knows the tensors of torch alone: the files that import it, and what to do about it."""

    name: str
    files: tuple[str, ...]
    way: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found; what takes most work comes first."""

    report: Report
    files: tuple[Tally, ...]
    apis: tuple[Tally, ...]
    packages: tuple[Package, ...]

    @property
    def effort(self) -> Effort:
        """The effort of the whole."""
        return max((tally.effort for tally in self.files), default=Effort.NONE)


def scan(report: Report) -> Scan:
    """What the conversion of files says of the project."""
    results = [r for r in report.files if (r.sites or r.findings) and not (is_mindspore(r) and not r.count(MANUAL))]
    files = _ordered(_of_file(result) for result in results)
    return Scan(report, tuple(files), tuple(_ordered(_of_apis(results))), tuple(_packages(report.files)))


def effort_of(finding: Finding) -> Effort:
    """The work that one finding takes."""
    if finding.outcome in DONE or (finding.outcome is None and not finding.hint):
        return Effort.NONE
    if finding.outcome in (Outcome.CHECK, Outcome.UNKNOWN):
        return Effort.LOW
    return OF_CODE.get(finding.code, Effort.LOW)


def _together(efforts: Iterable[Effort]) -> tuple[Effort, int]:
    """The effort of several findings, and how many of them take any: the greatest, and more where there are many."""
    found = [effort for effort in efforts if effort is not Effort.NONE]
    most = max(found, default=Effort.NONE)
    if sum(1 for effort in found if effort is most) > MANY and most is not Effort.HIGH:
        most = Effort(most + 1)
    return most, len(found)


def _of_file(result: FileResult) -> Tally:
    effort, todo = _together(effort_of(finding) for finding in result.findings)
    return Tally(result.path.as_posix(), {o: result.count(o) for o in Outcome}, effort, todo)


def _of_apis(results: Sequence[FileResult]) -> Iterator[Tally]:
    counts: dict[str, dict[Outcome, int]] = {}
    efforts: dict[str, list[Effort]] = {}
    for result in results:
        for site in result.sites:
            counts.setdefault(site.torch, dict.fromkeys(Outcome, 0))[site.outcome] += 1
        for finding in result.findings:
            if finding.torch:
                efforts.setdefault(finding.torch, []).append(effort_of(finding))
    for name, outcomes in counts.items():
        found = efforts.get(name, [])
        effort = max(found, default=Effort.NONE)
        yield Tally(name, outcomes, effort, sum(1 for one in found if one is not Effort.NONE))


def _ordered(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: (-tally.effort, -tally.todo, -tally.sites, tally.name))


def _packages(results: Sequence[FileResult]) -> list[Package]:
    found: dict[str, dict[str, None]] = {}
    for result in results:
        for name in _imported(result.source):
            if name in TORCH_PACKAGES:
                found.setdefault(name, {})[result.path.as_posix()] = None
    packages = [Package(name, tuple(files), TORCH_PACKAGES[name]) for name, files in found.items()]
    return sorted(packages, key=lambda package: (-len(package.files), package.name))


def _imported(source: bytes) -> Iterator[str]:
    """The packages that a file imports, at whatever place."""
    if not any(name.encode() in source for name in TORCH_PACKAGES):
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def scan_lines(found: Scan, width: int, *, every: bool, color: bool = False) -> Iterator[str]:
    """For people: packages and blockers first, then files and APIs with work, then the sum."""
    if found.packages:
        yield styled("Packages that know torch alone:", BOLD, color=color)
        for package in found.packages:
            yield f"  {package.name} (in {plural(len(package.files), 'file')}): {package.way}"
    blockers = [api for api in found.apis if api.effort is Effort.HIGH]
    for title, tallies in (
        ("Blockers, which take a design of their own:", blockers),
        ("Files, by what is left to do:", found.files),
        ("APIs with something left to do:", [a for a in found.apis if a.todo and a not in blockers]),
    ):
        if tallies:
            yield styled(title, BOLD, color=color)
            yield from _rows(tallies, width, every=every, color=color)
    clean = sum(1 for tally in found.files if tally.effort is Effort.NONE)
    sites = sum(tally.sites for tally in found.files)
    done = sum(tally.outcomes[outcome] for tally in found.files for outcome in DONE)
    share = int(100 * done / sites) if sites else 100
    efforts = [(sum(1 for tally in found.files if tally.effort is effort), effort) for effort in reversed(Effort)]
    named = ", ".join(f"{count} {effort.word}" for count, effort in efforts if count)
    yield f"{share} % of the sites convert · {clean} of {plural(len(found.files), 'file')} with torch need nothing"
    yield f"effort: {found.effort.word}" + (f" (files: {named})" if found.files else "")
    yield summary_line(found.report)


def _rows(tallies: Sequence[Tally], width: int, *, every: bool, color: bool) -> Iterator[str]:
    shown = tallies if every else tallies[:SHOWN]
    room = min(max(columns(tally.name) for tally in shown), max(width - 44, 12))
    for tally in shown:
        name = shortened(tally.name, room)
        effort = styled(f"{tally.effort.word:<6}", STYLES[tally.effort], color=color)
        share = int(100 * tally.share)
        sites = plural(tally.sites, "site")
        yield f"  {effort}  {name}{' ' * (room - columns(name))}  {share:3d} % of {sites:<10} {tally.todo} to do"
    if len(shown) < len(tallies):
        yield f"  … and {len(tallies) - len(shown)} more: -v shows all"


def to_json(found: Scan, *, tables: str) -> str:
    """For programs."""
    packages: list[JSON] = [{"name": p.name, "files": list(p.files), "hint": p.way} for p in found.packages]
    errors: list[JSON] = [
        {"path": path.as_posix(), "code": error.code, "message": error.message, "line": error.line, "col": error.col}
        for path, error in all_errors(found.report)
    ]
    document: dict[str, JSON] = {
        "schema_version": SCHEMA_VERSION,
        "kind": "scan",
        "tool": {"name": "torch2ms", "version": __version__, "tables": tables},
        "summary": {
            "files": len(found.report.files),
            "effort": found.effort.word,
            **_counts(found.files),
            "seconds": found.report.seconds,
        },
        "packages": packages,
        "files": [_tally("path", tally) for tally in found.files],
        "apis": [_tally("torch", tally) for tally in found.apis],
        "errors": errors,
    }
    return json.dumps(document, indent=2) + "\n"


def _tally(key: str, tally: Tally) -> dict[str, JSON]:
    return {key: tally.name, "effort": tally.effort.word, "todo": tally.todo, "outcomes": {**_counts([tally])}}


def _counts(tallies: Sequence[Tally]) -> dict[str, JSON]:
    counts = {outcome: sum(tally.outcomes[outcome] for tally in tallies) for outcome in Outcome}
    return {"sites": sum(counts.values()), **{outcome.value: count for outcome, count in counts.items()}}


def to_csv(found: Scan) -> str:
    """For spreadsheets: a row for each package, file and API."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("kind", "name", "effort", "to_do", "sites", *(outcome.value for outcome in Outcome)))
    for package in found.packages:
        writer.writerow(("package", package.name, "", len(package.files), *[""] * (1 + len(Outcome))))
    for kind, tallies in (("file", found.files), ("api", found.apis)):
        for tally in tallies:
            counts = (tally.outcomes[outcome] for outcome in Outcome)
            writer.writerow((kind, tally.name, tally.effort.word, tally.todo, tally.sites, *counts))
    return text.getvalue()
