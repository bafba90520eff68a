"""Source bytes as text and back: encodings, byte order marks, newlines, and the offsets of ast nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from tokenize import detect_encoding
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the source: lines from 1, columns from 1 in characters; the end is exclusive."""

    line: int
    col: int
    end_line: int
    end_col: int


_BOM = b"\xef\xbb\xbf"
_NEWLINE = re.compile(r"\r\n|\r|\n")
_FIRST_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class DecodeError(ValueError):
    """The bytes are not text in the encoding they claim; the message is one line."""


class Positioned(Protocol):
    """An ast node with a place in the source."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


@dataclass(frozen=True)
class SourceText:
    """A source file as text. `text` has no byte order mark and keeps every newline as it was.

    Lines are those of `ast`: ended by LF, CR LF or CR, and by nothing else.
    """

    text: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line; one entry more when the text ends with a newline."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without what ends them. `str.splitlines` also splits at form feeds and others that end none."""
        lines = _NEWLINE.split(self.text)
        return lines if lines[-1] else lines[:-1]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def offset(self, lineno: int, col_utf8: int) -> int:
        """The character offset of a position as ast gives it (line from 1, column in UTF-8 bytes from 0)."""
        return self.line_starts[lineno - 1] + self.char_col(lineno, col_utf8)

    def char_col(self, lineno: int, col_utf8: int) -> int:
        """The column in characters, from 0, of a column in UTF-8 bytes."""
        if self._ascii:
            return col_utf8
        start = self.line_starts[lineno - 1]
        # At most col_utf8 characters make up col_utf8 bytes.
        head = self.text[start : start + col_utf8]
        if head.isascii():
            return col_utf8
        return len(head.encode("utf-8", "surrogatepass")[:col_utf8].decode("utf-8", "replace"))

    def span(self, node: Positioned) -> tuple[int, int]:
        """Start and end offset of an ast node."""
        start = self.offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return start, start
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: Positioned) -> str:
        """The text of an ast node."""
        start, end = self.span(node)
        return self.text[start:end]

    def place(self, node: Positioned) -> Span:
        """The node's place as findings give it: lines and character columns from 1."""
        end_line = node.end_lineno or node.lineno
        end_col = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return Span(
            node.lineno,
            self.char_col(node.lineno, node.col_offset) + 1,
            end_line,
            self.char_col(end_line, end_col) + 1,
        )


def decode(data: bytes) -> SourceText:
    """The text of a Python file, by its byte order mark, its coding line, or UTF-8."""
    lines: Iterator[bytes] = (match.group() for match in _FIRST_LINES.finditer(data))
    try:
        encoding, _ = detect_encoding(lambda: next(lines))
    except SyntaxError as error:
        raise DecodeError(str(error.msg)) from error
    bom = data.startswith(_BOM)
    if bom:
        encoding = "utf-8"
    try:
        text = data[len(_BOM) * bom :].decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_NEWLINE.findall(data[: error.start].decode("latin-1"))) + 1
        byte = data[len(_BOM) * bom + error.start]
        raise DecodeError(f"byte 0x{byte:02x} in line {line} is not valid {encoding}") from error
    except (UnicodeError, LookupError) as error:
        raise DecodeError(f"cannot decode as {encoding}: {error}".splitlines()[0]) from error
    return SourceText(text, encoding, bom, _dominant_newline(text))


def encode(text: str, like: SourceText) -> bytes:
    """The bytes of a text in the encoding of another, with its byte order mark if it had one.

    Characters the encoding lacks are written as backslash escapes.
    """
    return _BOM * like.bom + text.encode(like.encoding, "backslashreplace")


def _dominant_newline(text: str) -> str:
    crlf = text.count("\r\n")
    counts = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(counts, key=lambda newline: counts[newline])
