"""Write the pages of `docs/` that are made from the code, its cases and the tables.

python scripts/generate_docs.py [--check]

These are `docs/codes.md` and all of `docs/rules/` and `docs/mappings/`. With --check nothing is
written: the exit code is 1 when a page is not what would be written, is missing, or is left over, and it is named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from docs_codes import code_pages
from docs_mappings import mapping_pages
from docs_rules import rule_pages

from torch2ms.codes import CODES
from torch2ms.mapping.load import load_tables
from torch2ms.rewrite.registry import all_rules

ROOT = Path(__file__).resolve().parent.parent
# All pages of these folders are generated.
FOLDERS = ("rules", "mappings")


def generated_pages(root: Path = ROOT) -> dict[str, str]:
    """Every generated page by its path in `docs/`; the cases are those of the checkout `root`."""
    rules = all_rules()
    return {
        **code_pages(CODES),
        **rule_pages(rules, root / "tests" / "cases"),
        **mapping_pages(load_tables(), rules),
    }


def not_current(pages: Mapping[str, str], docs: Path) -> list[str]:
    """The paths of the pages in `docs` that differ from these, are missing, or belong to nothing any more."""
    stale = [path for path, text in pages.items() if _written(docs / path) != text]
    there = [path.relative_to(docs).as_posix() for folder in FOLDERS for path in (docs / folder).glob("*.md")]
    return sorted([*stale, *(path for path in there if path not in pages)])


def write(pages: Mapping[str, str], docs: Path) -> list[str]:
    """Make `docs` hold these pages and no others in their folders; the paths that had to change."""
    changed = not_current(pages, docs)
    for path in changed:
        if path in pages:
            (docs / path).parent.mkdir(parents=True, exist_ok=True)
            (docs / path).write_text(pages[path], encoding="utf-8")
        else:
            (docs / path).unlink()
    return changed


def _written(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main() -> int:
    """Write the pages, or check them; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a page is not current")
    check = parser.parse_args().check
    pages, docs = generated_pages(), ROOT / "docs"
    changed = not_current(pages, docs) if check else write(pages, docs)
    for path in changed:
        print(f"docs/{path}: {'not current' if check else 'written' if path in pages else 'deleted'}")
    if check and changed:
        print("run: python scripts/generate_docs.py", file=sys.stderr)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
