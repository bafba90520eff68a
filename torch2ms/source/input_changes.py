"""What calls of layers and functions of other files change, or give, of what they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Switch:
    """The parameter that tells a layer to work in place: its position behind `self`, and what it is by default."""

    name: str
    position: int
    default: bool


@dataclass(frozen=True, slots=True)
class InputChange:
    """What a call changes in place of what it is given: the argument by position, `self` apart, and by name.

    `certain`: on every path. `returned`: its result is that argument, or may be. `switch`: what decides whether it
    changes at all, where that is a parameter of the class.
    """

    position: int = 0
    name: str = ""
    certain: bool = True
    returned: bool = True
    switch: Switch | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """The argument of a call that its result is, or may be (`certain`), or shares memory with (`view`)."""

    position: int
    name: str
    certain: bool
    view: bool


class LayersOf(Protocol):
    """What the layers and functions of one file change in place of what they are given, by their names in it."""

    def of_object(self, name: str) -> InputChange | None:
        """Calls of an object of a class, or of what a function gives."""

    def of_function(self, name: str) -> InputChange | None:
        """Calls of a function."""

    def of_attribute(self, name: str, attribute: str) -> InputChange | None:
        """Calls of the layer that the objects of a class have in an attribute."""

    def passed_by_object(self, name: str) -> Passed | None:
        """What a call of an object of a class gives of what it is given."""

    def passed_by_function(self, name: str) -> Passed | None:
        """What a call of a function gives of what it is given."""
