"""Write `model_ms.py` beside every `samples/*/model.py`; with --check only say which are out of date.

python scripts/convert_samples.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from torch2ms.api import convert_source

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def main() -> int:
    """Convert all samples; with --check, 1 when one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = 0
    for source in sorted(SAMPLES.glob("*/model.py")):
        result = convert_source(source.read_text(encoding="utf-8"), path=source)
        target = source.with_name("model_ms.py")
        current = target.read_bytes() if target.exists() else b""
        if current != result.output:
            stale += 1
            print(f"{source.parent.name}: {'out of date' if options.check else 'written'}")
            if not options.check:
                target.write_bytes(result.output)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
