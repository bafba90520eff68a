"""What has changed between two captured versions of a framework, and which rows and helpers it touches.

    python scripts/signature_drift.py mindspore 2.9 2.10

Prints the names that are gone, those that are new, those whose arguments or defaults have changed, and the layers and
operators whose instances have other names; then every row and helper of the tables that uses one that is gone or has
changed, with file and line. How to capture a version: `scripts/capture_signatures.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from torch2ms.mapping.files import Captured
from torch2ms.mapping.load import load_tables, tables_root
from torch2ms.mapping.schema import Param, Signature, Tables
from torch2ms.mapping.signatures import parse_signature
from torch2ms.mapping.uses import used_by_helper, used_by_row
from torch2ms.mapping.versions import FRAMEWORKS, UnknownVersion, signature_file


@dataclass(frozen=True, slots=True)
class Drift:
    """Names that are gone, that are new, and what has changed in the others, in words.

    `lost` and `got`: what instances of a layer or operator do not have any more, and have now.
    """

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    got: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def touches(self, name: str) -> str | None:
        """What has become of a name, or of what it is a member of; None when nothing has."""
        while name:
            if name in self.gone:
                return f"{name} is gone"
            if name in self.changed:
                return f"{name}: {'; '.join(self.changed[name])}"
            if name in self.lost:
                return f"instances of {name} have lost {', '.join(self.lost[name])}"
            name = name.rpartition(".")[0]
        return None


def drift(old: Captured, new: Captured) -> Drift:
    """What has changed from one version to another."""
    before, after = old.names(), new.names()
    changed: dict[str, list[str]] = {}
    for name in sorted(before & after):
        one, other = old.signatures.get(name, ()), new.signatures.get(name, ())
        if one and not other:
            changed.setdefault(name, []).append("how it is called is not known any more")
        elif one != other and one:
            changed.setdefault(name, []).extend(differences(one, other))
    words = {name: tuple(texts) for name, texts in changed.items() if texts}
    lost, got = _not_in(old.fields, new.fields), _not_in(new.fields, old.fields)
    return Drift(tuple(sorted(before - after)), tuple(sorted(after - before)), words, lost, got)


def _not_in(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each class that both know, the fields that only the first has."""
    found = {name: set(one[name].split()) - set(other[name].split()) for name in sorted(one.keys() & other.keys())}
    return {name: tuple(sorted(fields)) for name, fields in found.items() if fields}


def differences(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """What has changed in the overloads of a name."""
    if len(old) != 1 or len(new) != 1:
        gone = [f"{text} is gone" for text in old if text not in new]
        return [*gone, *(f"{text} is new" for text in new if text not in old)]
    one, other = parse_signature(old[0]), parse_signature(new[0])
    texts = [f"the argument {param.name} is gone" for param in one.params if other.get(param.name) is None]
    for param in other.params:
        before = one.get(param.name)
        if before is None:
            texts.append(f"a new argument {_shown(param)}")
        elif before.default != param.default:
            texts.append(f"{_shown(before)} is now {_shown(param)}")
        elif before.kind != param.kind:
            texts.append(f"{param.name} is now {param.kind}, was {before.kind}")
    if not texts and _order(one) != _order(other):
        texts.append(f"the order is now {', '.join(_order(other))}")
    return texts


def _shown(param: Param) -> str:
    return param.name if param.default is None else f"{param.name}={param.default}"


def _order(signature: Signature) -> list[str]:
    return [param.name for param in signature.params]


def touched(tables: Tables, framework: str, found: Drift) -> Iterator[str]:
    """The rows, aliases and helpers that use what is gone or has changed, with their places."""
    for helper in tables.helpers.values() if framework == "mindspore" else ():
        for name in sorted(used_by_helper(tables, helper)):
            if (what := found.touches(name)) is not None:
                yield f"{helper.location}: {helper.called}: {what}"
    for row in tables.rows.values():
        names = {row.name} if framework == "torch" else used_by_row(tables, row)
        for what in dict.fromkeys(found.touches(name) for name in sorted(names)):
            if what is not None:
                yield f"{row.location}: {row.name}: {what}"
    for alias, name in tables.aliases.items() if framework == "torch" else ():
        if name in found.gone:
            yield f"mappings/aliases.yaml: {alias}: {name} is gone"


def report(framework: str, old: Captured, new: Captured, tables: Tables) -> Iterator[str]:
    """The lines to print."""
    found = drift(old, new)
    yield f"{framework} {old.version or '(old)'} to {new.version or '(new)'}"
    for title, names in (("gone", found.gone), ("new", found.new)):
        yield f"\n{title}: {len(names)}"
        yield from (f"  {name}" for name in names)
    yield f"\nchanged: {len(found.changed)}"
    for name, texts in found.changed.items():
        yield f"  {name}"
        yield from (f"    {text}" for text in texts)
    for title, fields in (("have lost", found.lost), ("have now", found.got)):
        yield f"\ninstances {title}: {len(fields)}"
        yield from (f"  {name}: {', '.join(names)}" for name, names in fields.items())
    lines = list(dict.fromkeys(touched(tables, framework, found)))
    yield f"\nrows and helpers touched: {len(lines)}"
    yield from (f"  {line}" for line in lines)


def _captured(framework: str, version: str) -> Captured:
    folder = tables_root() / "signatures"
    path = signature_file(folder, framework, version)
    if path is None:
        raise UnknownVersion(str(folder), 0, f"nothing was captured of {framework}")
    return msgspec.json.decode(path.read_bytes(), type=Captured)


def main() -> None:
    """Print the drift between the versions named on the command line."""
    parser = argparse.ArgumentParser(description="What has changed between two captured versions of a framework.")
    parser.add_argument("framework", choices=FRAMEWORKS)
    parser.add_argument("old")
    parser.add_argument("new")
    asked = parser.parse_args()
    try:
        old, new = _captured(asked.framework, asked.old), _captured(asked.framework, asked.new)
        # What is gone in the new version is only known to be used where the old one is read.
        versions = {asked.framework: asked.old}
        tables = load_tables(torch=versions.get("torch"), mindspore=versions.get("mindspore"))
    except UnknownVersion as error:
        parser.error(error.message)
    for line in report(asked.framework, old, new, tables):
        print(line)


if __name__ == "__main__":
    main()
