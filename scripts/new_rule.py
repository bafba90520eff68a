"""Begin a rule: its module, and two case folders for its tests. What is still to be said in them is marked TODO.

python scripts/new_rule.py NAME [TORCH_NAME...]

NAME is that of the module in `torch2ms/rewrite/rules/`, TORCH_NAMEs are the canonical names whose sites it decides
(`torch.nn.Module.register_buffer`); a rule without any looks at every file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch2ms.rewrite.context import Rule
from torch2ms.rewrite.registry import all_rules

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN = 'not_run = "nothing is converted: both sides are the same text"\n'

SITE_RULE = '''"""TODO: one sentence that says what the rule does and why; then what else a reader has to know."""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use


def _decide(ctx: FileContext, use: Use) -> bool:
    """TODO: which forms are decided here. False leaves a site to the tables."""
    return False


RULE = Rule(sites={SITES})
'''
FILE_RULE = '''"""TODO: one sentence that says what the rule does and why; then what else a reader has to know."""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule


def _start(ctx: FileContext) -> None:
    """TODO: what is looked for, before any site is decided."""


RULE = Rule(start=_start)
'''
LEFT = '''"""TODO: code that looks like it, and must stay as it is. The word torch has to be in it."""
'''
CONVERTED = '''"""TODO: the smallest code that is converted."""

import torch
'''


class NewRuleError(Exception):
    """There cannot be such a rule; the message says why."""


def new_rule(root: Path, name: str, torch_names: Sequence[str], rules: Mapping[str, Rule]) -> list[Path]:
    """Write the files; their paths below `root`. Raises NewRuleError, and then writes nothing."""
    if not name.isidentifier() or name != name.lower():
        raise NewRuleError(f"{name} is no name for a module")
    module = Path("torch2ms", "rewrite", "rules", f"{name}.py")
    cases = Path("tests", "cases", name)
    if name in rules or (root / module).exists() or (root / cases).exists():
        raise NewRuleError(f"there is a rule {name} already")
    for site in torch_names:
        if not site.startswith("torch."):
            raise NewRuleError(f"{site} is not a canonical name of torch's")
        for other, rule in rules.items():
            if site in rule.sites:
                raise NewRuleError(f"{site} is decided by the rule {other}")
    files = {
        module: _module(torch_names),
        cases / "other_names" / "before.py": LEFT,
        cases / "other_names" / "inputs.toml": NOT_RUN,
        cases / "forms" / "before.py": CONVERTED,
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(files)


def _module(torch_names: Sequence[str]) -> str:
    if not torch_names:
        return FILE_RULE
    if len(torch_names) == 1:
        return SITE_RULE.replace("SITES", f'"{torch_names[0]}": _decide')
    return SITE_RULE.replace("{SITES}", "dict.fromkeys(({}), _decide)".format(", ".join(f'"{n}"' for n in torch_names)))


def main() -> int:
    """Begin the rule named on the command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("torch_names", nargs="*", metavar="TORCH_NAME")
    options = parser.parse_args()
    try:
        written = new_rule(ROOT, options.name, options.torch_names, all_rules())
    except NewRuleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in written:
        print(path)
    print("CONTRIBUTING.md says how it goes on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
