"""What holds for every file: a second conversion changes nothing, and every rewrite is a site, counted once."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Settings, Status
from torch2ms.rewrite.pipeline import convert_bytes


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def convert(source: str, tables: Tables) -> FileResult:
    result = convert_bytes(dedent(source).lstrip("\n").encode(), Path("case.py"), tables, Settings())
    assert result.error is None
    return result


SETTLED = {
    "a class name that was extended": """
        from torch import nn
        def init(module: nn.Module):
            classname = module.__class__.__name__
            if classname.find("Linear") != -1:
                print(module)
        """,
    "a comment that has more room after its block is dedented": """
        import torch
        import torch.distributed as dist
        def share(model: torch.nn.Module):
            for param in model.parameters():
                with torch.no_grad():
                    dist.broadcast(param.data, src=0)
        """,
    "a layer that stays torch's": """
        import torch
        def convert(module):
            out = module
            if isinstance(module, torch.nn.BatchNorm2d):
                out = torch.nn.SyncBatchNorm(module.num_features)
            out.weight = module.weight
            return out
        """,
    "a base class of torchvision": """
        from torchvision.models.resnet import ResNet
        from .base import Mixin
        class Encoder(ResNet, Mixin):
            def forward(self, x):
                return self.conv1(x)
        """,
    "an argument that has no counterpart": """
        import torch
        def step(a: torch.Tensor, b: torch.Tensor):
            torch.max(a, b, out=a)
        """,
    "a helper": """
        import torch.nn as nn
        def block(norm_layer=nn.BatchNorm2d, act=nn.ReLU):
            return nn.Sequential(norm_layer(3), act(inplace=True))
        """,
    "a star import": """
        from torch.nn import *
        net = BrandNewLayer(Linear(3, 4))
        """,
    "an own name for ops": """
        import torch
        ops = []
        def f(x: torch.Tensor):
            ops.append(x)
            return torch.relu(x) + torch.special.zeta(x, x)
        """,
}


@pytest.mark.parametrize("name", SETTLED)
def test_a_second_conversion_changes_nothing(name: str, tables: Tables) -> None:
    once = convert(SETTLED[name], tables)
    assert once.status is Status.CHANGED
    assert convert(once.output.decode(), tables).output == once.output


STRUCTURAL = {
    "a learning rate": (
        "def f(optimizer, rate):\n    for group in optimizer.param_groups:\n        group['lr'] = rate\n",
        "torch.optim.Optimizer.param_groups",
    ),
    "the training mode": (
        "from torch import nn\ndef make():\n    return nn.Dropout(0.5)\n",
        "torch.nn.Module.__init__",
    ),
    "a name a Cell keeps for itself": (
        """
        from torch import nn
        class Net(nn.Module):
            def compile(self):
                pass
            def forward(self, x):
                self.compile()
                return x
        """,
        "torch.nn.Module.compile",
    ),
    "a slice of a list of layers": (
        """
        from torch import nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
            def forward(self, x):
                for layer in self.layers[:1]:
                    x = layer(x)
                return x
        """,
        "torch.nn.ModuleList.__getitem__",
    ),
    "a base class of another file": (
        """
        from torch import nn
        from .base import Base
        class Net(Base):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3, 3)
            def forward(self, x):
                return self.fc(x)
        """,
        "torch.nn.Module.forward",
    ),
}


@pytest.mark.parametrize("name", STRUCTURAL)
def test_every_rewrite_is_a_site(name: str, tables: Tables) -> None:
    source, site = STRUCTURAL[name]
    result = convert("import torch\n" + dedent(source).lstrip("\n"), tables)
    assert site in {found.torch for found in result.sites if found.outcome is Outcome.CONVERTED}
    assert max(Counter((s.torch, s.span) for s in result.sites).values()) == 1


def test_a_module_nothing_but_its_forward_speaks_for_is_to_be_checked(tables: Tables) -> None:
    result = convert(
        "import torch\nfrom .base import Base\nclass A(Base):\n    def forward(self, x):\n        return x\n", tables
    )
    assert "def construct(self, x):" in result.text
    assert [s.outcome for s in result.sites] == [Outcome.CHECK]


def test_a_star_import_that_may_bind_a_name_stays(tables: Tables) -> None:
    result = convert(SETTLED["a star import"], tables)
    assert "from torch.nn import *" in result.text
    assert [f.code for f in result.findings] == ["T2M103"]


def test_the_weight_of_something_unknown_is_not_assigned(tables: Tables) -> None:
    """It may be a LayerNorm's, whose Cell has a gamma: an assignment to `weight` would go unnoticed."""
    source = """
        import torch
        def load(model, w: torch.Tensor):
            model.norm.weight.copy_(w)
            model.norm.bias.data.mul_(2.0)
            model.cls_token.copy_(w)
        """
    result = convert(source, tables)
    assert "model.norm.weight.copy_(w)\n" in result.text
    assert "model.norm.bias.data.mul_(2.0)\n" in result.text
    assert "model.cls_token = " in result.text
    outcomes = {(s.span.line, s.outcome) for s in result.sites}
    assert (3, Outcome.UNKNOWN) in outcomes
    assert (4, Outcome.UNKNOWN) in outcomes
    assert (5, Outcome.UNKNOWN) not in outcomes


def test_parentheses_an_argument_does_not_need_go(tables: Tables) -> None:
    source = """
        import torch
        def f(a: torch.Tensor, b: torch.Tensor):
            return (a * b).argmax(-1), (a + b).flip(0), (a - b).size(0)
        """
    assert "return ops.argmax(a * b, -1), ops.flip(a + b, (0,)), (a - b).shape[0]" in convert(source, tables).text


def test_what_a_package_imports_and_does_not_use_stays_for_others(tables):
    source = b"from torch.nn import Linear\nfrom torch.nn import functional as F\n\ny = F.relu\n"
    package = convert_bytes(source, Path("pkg/__init__.py"), tables, Settings()).output.decode()
    module = convert_bytes(source, Path("pkg/net.py"), tables, Settings()).output.decode()
    assert "from torch.nn import Linear" in package
    assert "torch" not in module


def test_a_parameter_of_an_unknown_layer_is_asked_for(tables: Tables) -> None:
    result = convert(
        "import torch\nimport torch.nn as nn\n\n\nclass Net(nn.Module):\n    def zero(self, width):\n"
        "        nn.init.zeros_(self.conv.bn.weight)\n        torch.sum(self.conv.weight + width)\n",
        tables,
    )
    sites = [(site.torch, site.outcome) for site in result.sites if site.span.line == 7]
    assert sorted(sites) == [
        ("torch.nn.Module.weight", Outcome.CONVERTED),
        ("torch.nn.init.zeros_", Outcome.CONVERTED),
    ]
    assert 'layer_parameter(self.conv.bn, "weight")' in result.output.decode()


def test_what_python_can_compile_is_not_nested_too_deeply(tables: Tables) -> None:
    limit = sys.getrecursionlimit()
    chain = "import torch\nx = torch.zeros(1)\ny = x" + ".abs()" * 400 + "\n"
    branches = "".join(f"elif n == {number}:\n    y = torch.abs(x)\n" for number in range(300))
    ladder = f"import torch\nx, n = torch.zeros(1), 3\nif n < 0:\n    y = x\n{branches}"
    for source in (chain, ladder):
        assert "torch" not in convert(source, tables).output.decode()
    assert sys.getrecursionlimit() == limit
