"""Carry checkpoints of real models from torch to MindSpore and compare the logits.

For each model: torch saves a state dict, `torch2ms weights` converts it, MindSpore loads the result with
`load_checkpoint` and `load_param_into_net` (nothing may be missing on either side), and both give logits in eval mode.

    python scripts/real_models.py                                         the samples
    python scripts/real_models.py scripts/trials/NAME.toml --root PATH    models of a package unpacked at PATH

The lists are those of `torch2ms verify`; their paths start at --root. With --alone a file is taken out of its package
first (one that imports nothing of it). Prints one line per model; exits 1 when one is not equal within 1e-4.
"""

from __future__ import annotations

import argparse
import fnmatch
import multiprocessing
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec

from torch2ms.mapping.load import load_tables
from torch2ms.verify.case import Case, Stage, Tolerances
from torch2ms.verify.conversion import Converter
from torch2ms.verify.describe import DescriptionError, describe_model
from torch2ms.verify.program import Importer, Program
from torch2ms.verify.runner import run_cases
from torch2ms.verify.targets import find_cases, read_targets, target_case
from torch2ms.weights.by_model import Model
from torch2ms.weights.convert import convert_weights
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.names import layer_names

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
TOLERANCE = 1e-4


def main() -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="*", type=Path)
    parser.add_argument("--root", type=Path, help="where the paths of the lists start")
    parser.add_argument("--alone", action="store_true", help="take each file out of its package")
    parser.add_argument("--alongside", type=Path, action="append", default=[], help="as for torch2ms verify")
    parser.add_argument("--only", default="*", help="a glob of model names")
    parser.add_argument("--safetensors", action="store_true", help="write .safetensors in place of .ckpt")
    parser.add_argument("--timeout", type=float, default=900)
    options = parser.parse_args()
    converter = Converter(load_tables())
    with tempfile.TemporaryDirectory() as folder:
        cases = _cases(options.lists, options.root, options.alongside, Path(folder) if options.alone else None)
        return _try([case for case in cases if fnmatch.fnmatchcase(case.name, options.only)], options, converter)


def _cases(lists: list[Path], root: Path | None, alongside: list[Path], alone: Path | None) -> list[Case]:
    if not lists:
        return find_cases(SAMPLES)
    others = tuple(str(path.resolve()) for path in alongside)
    cases = []
    for path in lists:
        for target in read_targets(path):
            folder = (root or path.parent).resolve()
            if alone is not None:
                shutil.copy(folder / target.file, alone)
                folder = alone
            target = msgspec.structs.replace(target, alongside=(*target.alongside, *others))
            cases.append(target_case(target, folder))
    return cases


def _try(cases: list[Case], options: argparse.Namespace, converter: Converter) -> int:
    suffix = ".safetensors" if options.safetensors else ".ckpt"
    failed = 0
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            verdict, equal = _carry(case, Path(folder) / "model.pth", suffix, converter, options.timeout)
        failed += not equal
        print(f"{'equal' if equal else 'NOT EQUAL':10} {case.name}: {verdict}", flush=True)
    print(f"{len(cases)} models, {failed} not equal")
    return 1 if failed else 0


def _carry(case: Case, saved: Path, suffix: str, converter: Converter, timeout: float) -> tuple[str, bool]:
    program, build = case.torch_source, case.build
    assert isinstance(program, Program) and build is not None
    process = multiprocessing.get_context("spawn").Process(target=_save, args=(program, build, case.seed, str(saved)))
    process.start()
    process.join()
    if process.exitcode:
        return "torch cannot build it", False
    alongside = [Path(path) for path in case.alongside]
    try:
        description = describe_model(
            Path(program.file), build, alongside=alongside, converter=converter, timeout=timeout
        )
        model = Model(description, layer_names(converter.tables))
        conversion = convert_weights(saved, saved.with_suffix(suffix), model=model)
    except (DescriptionError, WeightsError) as refusal:
        return str(refusal), False
    case = replace(
        case,
        weights=str(saved),
        checkpoint=str(conversion.dest),
        train=False,
        gradients=False,
        steps=0,
        thorough=False,
        tolerances=Tolerances(TOLERANCE, TOLERANCE, TOLERANCE),
    )
    (result,) = run_cases([case], timeout=timeout, converter=converter)
    error = result.error(Stage.OUTPUT)
    if not result.ok:
        return f"{result.status} {' '.join(result.message.split())[:300]}", False
    return f"{len(conversion.plan.tensors)} tensors, error {error:.1e}", True


def _save(program: Program, build: str, seed: str, path: str) -> None:
    import torch

    from torch2ms.verify.torch_worker import perturb

    torch.manual_seed(0)
    module = eval(build, vars(Importer().load(program)))
    perturb(module, seed)
    torch.save(module.state_dict(), path)


if __name__ == "__main__":
    sys.exit(main())
