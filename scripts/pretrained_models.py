"""Convert the single-file models of the PyPI package pretrainedmodels and compare them with torch.

    pip download --no-deps --no-binary :all: pretrainedmodels   # and unpack it
    python scripts/pretrained_models.py PATH/pretrainedmodels/models

Architectures are built without pretrained weights; every parameter and buffer gets random values, the same on both
sides. Compared in eval mode (dropout is random otherwise).
Prints one line per architecture and exits 1 when one that has no manual site differs.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from torch2ms.api import convert_source
from torch2ms.model import Outcome
from torch2ms.verify.case import Case, CaseStatus, Tolerances
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases


@dataclass(frozen=True)
class Architecture:
    """How to build one and what to feed it."""

    file: str
    build: str
    size: int = 224


ARCHITECTURES = (
    Architecture("bninception", "BNInception(num_classes=10)"),
    Architecture("cafferesnet", "ResNet(Bottleneck, [1, 1, 1, 1], num_classes=10)"),
    Architecture("dpn", "dpn68(num_classes=10, pretrained=None)"),
    Architecture("fbresnet", "FBResNet(Bottleneck, [1, 1, 1, 1], num_classes=10)"),
    Architecture("inceptionresnetv2", "InceptionResNetV2(num_classes=10)", 299),
    Architecture("inceptionv4", "InceptionV4(num_classes=10)", 299),
    Architecture("nasnet", "NASNetALarge(num_classes=10)", 331),
    Architecture("nasnet_mobile", "NASNetAMobile(num_classes=10)"),
    Architecture("pnasnet", "PNASNet5Large(num_classes=10)", 331),
    Architecture("polynet", "PolyNet(num_classes=10)", 331),
    Architecture("senet", "senet154(num_classes=10, pretrained=None)"),
    Architecture("senet", "se_resnet50(num_classes=10, pretrained=None)"),
    Architecture("senet", "se_resnext50_32x4d(num_classes=10, pretrained=None)"),
    Architecture("vggm", "VGGM(num_classes=10)"),
    Architecture("xception", "xception(num_classes=10, pretrained=None)", 299),
)


def main() -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--gradients", action="store_true", help="also gradients and a training step")
    parser.add_argument("--timeout", type=float, default=900)
    options = parser.parse_args()
    cases = []
    for item in ARCHITECTURES:
        if options.names and not any(name in item.file + item.build for name in options.names):
            continue
        source = (options.models / f"{item.file}.py").read_text(encoding="utf-8")
        result = convert_source(source, path=f"{item.file}.py")
        left = [s for s in result.sites if s.outcome is Outcome.MANUAL]
        print(f"{item.file}: {len(result.sites)} sites, {len(left)} manual", flush=True)
        for site in left:
            print(f"    line {site.span.line}: {site.torch}")
        cases.append(
            Case(
                name=f"{item.file}/{item.build}",
                torch_source=source,
                build=item.build,
                inputs=(("x", parse_input(f"f32[2,3,{item.size},{item.size}]")),),
                gradients=options.gradients,
                steps=1 if options.gradients else 0,
                rate=1e-3,
                train=False,
                tolerances=Tolerances(output=1e-5, gradient=1e-4, step=1e-4),
                allowed=frozenset(Outcome),
                seed=item.build,
            )
        )
    failed = 0
    for result in run_cases(cases, graph=options.graph, timeout=options.timeout):
        failed += result.status is not CaseStatus.OK
        shown = ", ".join(
            f"{k} {v:.1e}" for k, v in ((measure.stage, measure.error) for measure in result.measures) if v is not None
        )
        print(f"{result.status:16} {result.name}: {shown} {result.message.splitlines()[0] if result.message else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
