"""What makes programs: each generator is a function from a seed to a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fuzzing.generators.arguments import Arguments
from fuzzing.generators.examples import read_examples
from fuzzing.generators.programs import Programs
from torch2ms.mapping.load import load_tables

NAMES = ("programs", "arguments")


def make_generators() -> Mapping[str, Callable[[int], str]]:
    """The generators by name. They run what they write, in torch, and leave out what raises."""
    tables = load_tables()
    examples = read_examples(tables)
    return {"programs": Programs(examples).make, "arguments": Arguments(tables).make}
