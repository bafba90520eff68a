"""Check the code that reasons, hints and notes show: what it names exists, and its calls take the arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from torch2ms.mapping.check_code import Scope, check_code
from torch2ms.mapping.known import Known
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import Body

_SHOWN = re.compile(r"(?<![\w.])((?:mindspore|ops|nn|ms|mint|mnp)(?:\.[A-Za-z_]\w*)+)")
_SCOPE = Scope({"mindspore": "mindspore", **PRELUDE})


def texts_of_body(body: Body) -> Iterator[str]:
    """Everything a body tells its reader."""
    for text in (body.unsupported, body.hint, body.note, body.check):
        if text is not None:
            yield text
    for rule in body.args.values():
        for text in (rule.unsupported, rule.drop, rule.note):
            if text is not None:
                yield text


def check_text(known: Known, text: str, torch_names: Collection[str]) -> Iterator[str]:
    """What is wrong in the code that a text shows. `nn.X` may speak of torch's layer."""
    for match in _SHOWN.finditer(text):
        name = match[1]
        if name.startswith("nn.") and f"torch.{name}" in torch_names:
            continue
        shown = ast.parse(_call_at(text, match.start(), match.end()) or name, mode="eval")
        for fault in check_code(known, shown, _SCOPE):
            yield f"the text shows {ast.unparse(shown)}: {fault.message}"


def _call_at(text: str, start: int, end: int) -> str | None:
    """The call of the name that ends here, when its arguments are written out."""
    if text[end : end + 1] != "(":
        return None
    for stop in range(end + 1, len(text) + 1):
        if text[stop - 1] != ")":
            continue
        try:
            tree = ast.parse(text[start:stop], mode="eval")
        except SyntaxError:
            continue
        call = tree.body
        left_out = any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in ast.walk(tree))
        # `f()` is how a text speaks of a function.
        written = isinstance(call, ast.Call) and bool(call.args or call.keywords)
        return text[start:stop] if written and not left_out else None
    return None
