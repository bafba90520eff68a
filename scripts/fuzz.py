"""Make random programs, convert them, run them in both frameworks, and shrink what differs though it is clean.

    python scripts/fuzz.py --minutes 10 --seed 1
    python scripts/fuzz.py --programs 500 --generator arguments --out found
    python scripts/fuzz.py --show 17                    # the program of a seed, and what becomes of it

Failures are written below --out, a folder each: `open/` (before.py, after.py, note.json, and whole.py as it was before
shrinking), `known/` (tests/fuzz/known.toml says why), `after_others/` (a fresh process does not show them).
The exit code is 1 when there are open ones.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fuzz")]

from fuzzing.hunt import Failure, Hunt, write  # noqa: E402
from fuzzing.judge import Judge  # noqa: E402

GENERATORS = ("programs", "arguments")


def main() -> int:
    """Hunt, and print what is found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long new programs are made")
    parser.add_argument("--programs", type=int, help="at most so many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--generator", choices=GENERATORS, action="append", help="repeatable; none: all, in turn")
    parser.add_argument("--out", type=Path, default=Path("fuzz-found"), help="the folder for failures")
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds that shrinking one failure may take")
    parser.add_argument("--show", type=int, metavar="SEED", help="print the program of a seed, and what becomes of it")
    parser.add_argument("--flags", action="store_true", help="print what the report names in programs that it flags")
    options = parser.parse_args()
    generators = options.generator or GENERATORS
    with Judge() as judge:
        if options.show is not None:
            return show(judge, generators[options.show % len(generators)], options.show)
        until = time.monotonic() + options.minutes * 60
        # Seeds of runs do not overlap, however long these are.
        first = options.seed * 1_000_000
        seeds = itertools.islice(itertools.count(first), options.programs)
        hunt = Hunt(judge, generators, lambda failure: tell(failure, options.out), shrinks=options.shrink)
        tally = hunt.run(seeds, lambda: time.monotonic() < until)
    for key, count in tally.alike.most_common():
        print(f"{count:5} more: {key}")
    for key, count in tally.flags.most_common(40) if options.flags else ():
        print(f"{count:5} flagged: {key}")
    print(tally.summary())
    return 1 if tally.open else 0


def tell(failure: Failure, folder: Path) -> None:
    """Write a failure and say so."""
    target = write(failure, folder)
    print(f"{target}  {failure.generator} {failure.seed}  {failure.verdict}: {failure.message[:200]}", flush=True)


def show(judge: Judge, generator: str, seed: int) -> int:
    """The program of one seed."""
    answer = judge.torch.ask([{"generate": generator, "seed": seed}])[0]
    judged = judge.judge([answer["source"]])[0]
    print(judged.source, judged.output, sep="\n# " + "-" * 80 + "\n")
    for name, verdict in judged.verdicts.items():
        print(f"# {name}: {verdict} {judged.messages.get(name, '')}")
    return 1 if judged.failures else 0


if __name__ == "__main__":
    sys.exit(main())
