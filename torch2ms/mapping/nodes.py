"""A YAML table as nodes that know their lines, every scalar as text."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from torch2ms.mapping.files import TableError, TableFile


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `null` when it is written `~` or left out."""

    path: str
    line: int
    text: str
    null: bool


@dataclass(frozen=True, slots=True)
class Seq:
    """A list."""

    path: str
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, its keys in order. `lines` holds the line of each key."""

    path: str
    line: int
    items: Mapping[str, Node]
    lines: Mapping[str, int]


Node = Text | Seq | Map


def read_yaml(file: TableFile) -> Map:
    """The document as nodes that know their lines; equal keys are an error."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = file.content.decode("utf-8-sig")
        root = yaml.compose(text, Loader=loader)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        raise TableError(file.label, line, "not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        raise TableError(file.label, mark.line + 1 if mark else 0, problem) from error
    except yaml.YAMLError as error:
        raise TableError(file.label, 0, str(error).replace("\n", " ")) from error
    if root is None:
        return Map(file.label, 1, {}, {})
    node = _node(file.label, root)
    if not isinstance(node, Map):
        raise TableError(file.label, node.line, "a table maps torch names to rows")
    return node


def _node(path: str, node: yaml.Node) -> Node:
    line: int = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        null = not node.style and node.value in ("", "~")
        return Text(path, line, node.value, null)
    if isinstance(node, yaml.SequenceNode):
        return Seq(path, line, tuple(_node(path, item) for item in node.value))
    if not isinstance(node, yaml.MappingNode):
        raise TableError(path, line, "unexpected YAML")
    items: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key_node, value in node.value:
        at = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise TableError(path, at, "a key must be text")
        key: str = key_node.value
        if key in items:
            raise TableError(path, at, f"{key} is given twice (first on line {lines[key]})")
        lines[key] = at
        child = _node(path, value)
        # A row is where its name stands, not where its first key does.
        items[key] = replace(child, line=at) if isinstance(child, Map) else child
    return Map(path, line, items, lines)


def text_of(node: Node) -> str:
    """The text of a scalar; TableError when it is null or no scalar."""
    if not isinstance(node, Text) or node.null:
        raise TableError(node.path, node.line, "must be a text")
    return node.text


def optional_text(node: Map, key: str) -> str | None:
    """The text under a key, None when the key is not there."""
    found = node.items.get(key)
    return None if found is None else text_of(found)


def texts_of(node: Node | None) -> tuple[str, ...]:
    """One text or a list of them."""
    if node is None:
        return ()
    if isinstance(node, Seq):
        return tuple(text_of(item) for item in node.items)
    return (text_of(node),)


def map_of(node: Node) -> Map:
    """The node as a mapping; TableError when it is none."""
    if not isinstance(node, Map):
        raise TableError(node.path, node.line, "must be a mapping")
    return node


def entries_of(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping that may be left out."""
    if node is not None:
        yield from map_of(node).items.items()


def check_keys(node: Map, allowed: tuple[str, ...], what: str) -> None:
    """TableError when a key is not one of those allowed."""
    for key in node.items:
        if key not in allowed:
            raise TableError(node.path, node.lines[key], f"unknown key {key!r} in {what}{did_you_mean(key, allowed)}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`: did you mean …?` for the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean {close[0]!r}?" if close else ""


def choice(node: Node, text: str, allowed: tuple[str, ...], what: str) -> str:
    """The text, one of those allowed; TableError when it is not."""
    if text not in allowed:
        raise TableError(node.path, node.line, f"unknown {what} {text!r}{did_you_mean(text, allowed)}")
    return text
