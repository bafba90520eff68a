"""Imports of torch that leave the top of a file: where they go, and that the file imports without torch then."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.model import FileResult, Settings
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.source.neighbours import Files, Neighbours

TABLES = load_tables()


def convert(source: str, path: Path = Path("made.py")) -> FileResult:
    neighbours = Neighbours(path, Files()) if path.is_absolute() else None
    result = convert_bytes(source.encode(), path, TABLES, Settings(todo_comments=False), neighbours)
    assert result.error is None
    again = convert_bytes(result.output, path, TABLES, Settings(todo_comments=False), neighbours)
    assert again.text == result.text
    return result


def said(result: FileResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.code == "T2M102"]


def put_in_place_of_torch(module: ModuleType | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another module, or none, where another test may have imported torch and its modules."""
    for name in [name for name in sys.modules if name.startswith("torch.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", module)


def without_torch(result: FileResult, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What a converted file defines where torch cannot be imported."""
    put_in_place_of_torch(None, monkeypatch)
    names: dict[str, object] = {"__name__": "made"}
    exec(compile(result.text, "made.py", "exec"), names)
    return names


LEFT = "torch.fx.symbolic_trace(net)"


@pytest.mark.parametrize(
    "source",
    [
        f"import torch\n\ndef run(net):\n    return {LEFT}\n",
        f'import torch\n\ndef run(net):\n    """What it does."""\n    return {LEFT}\n',
        f"import torch\n\ndef run(net): return {LEFT}\n",
        f"import torch as t\n\ndef run(net):\n    return t.{LEFT[6:]}\n",
        "import torch.fx\n\ndef run(net):\n    return torch.fx.symbolic_trace(net)\n",
        "import torch, torch.fx, os\n\ndef run(net):\n    return torch.fx.symbolic_trace(net), os\n",
        "import torch.fx as fx\n\ndef run(net):\n    return fx.symbolic_trace(net)\n",
        "from torch import fx, jit\n\ndef run(net):\n    return fx.symbolic_trace(jit.trace(net))\n",
        "from torch.fx import symbolic_trace as trace\n\ndef run(net):\n    return trace(net)\n",
        f"import torch\n\ndef run(net):\n    def inner():\n        return {LEFT}\n    return inner()\n",
        f"import torch\n\ndef run(net):\n    return (lambda: {LEFT})()\n",
        "import torch\ntry:\n    import torch.backends.opt_einsum\n    torch.backends.opt_einsum.enabled = True\n"
        f"    has = True\nexcept ImportError:\n    has = False\n\ndef run(net):\n    return {LEFT}\n",
        f"import torch\n\ndef run(net):\n    return [{LEFT} for _ in range(2)]\n",
        f"import torch\n\ndef run(net):\n    class Inner:\n        made = {LEFT}\n    return Inner\n",
        f"import torch\n\ndef run(net):\n    @torch.fx.wrap\n    def inner(): return {LEFT}\n    return inner()\n",
        f"import torch\n\ndef run(net):\n    def inner(x={LEFT}): return x\n    return inner()\n",
        f"import torch\n\ndef run(net):\n    kept: torch.fx.Graph = {LEFT}\n    return kept\n",
        f"import torch\n\ndef run(net: torch.fx.Graph) -> torch.fx.Graph:\n    return {LEFT}\n",
        f"import torch\nif True:\n    def run(net):\n        return {LEFT}\n",
    ],
)
def test_the_file_imports_and_the_site_raises(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = without_torch(convert(source), monkeypatch)
    run = names["run"]
    assert callable(run)
    with pytest.raises(ImportError, match="torch"):
        run(None)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import torch\n\nclass Tracer(metaclass=torch.fx.Tracer):\n    pass\n", 3),
        ("import torch\n\nclass Tracer(torch.fx.Tracer()):\n    pass\n", 3),
        ("import torch\n\nclass Tracer(torch.fx.Tracer):\n    made = torch.fx.Graph()\n", 4),
        ("import torch\n\ndef run(number=torch.__version__, *, other=torch.version.git_version):\n    pass\n", 3),
        ("import torch\n\nnames = [name for name in torch.fx.Graph]\n", 3),
        ("import torch\n\nrun = lambda x=torch.fx.Graph(): x\n", 3),
        ("import torch\n\n@torch.fx.unknown\ndef run():\n    pass\n", 3),
        ("import torch\n\ndef run(x=torch.fx.Graph()):\n    pass\n", 3),
        ("import torch\n\nclass Kept:\n    graph = torch.fx.Graph()\n", 4),
        ("import torch\n\nfor _ in range(2):\n    torch.fx.Graph()\n", 4),
        ("import torch\n\nif torch.fx.Graph():\n    pass\n", 3),
        ("import torch\n\ntry:\n    torch.fx.Graph()\nexcept AttributeError:\n    pass\n", 4),
    ],
)
def test_what_runs_at_once_keeps_it_at_the_top(source: str, line: int) -> None:
    result = convert(source)
    assert result.text.startswith("import torch\n")
    assert said(result) == [f"this import stays because line {line} needs it when the file is imported"]


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("class Kept(torch.fx.Tracer):\n    pass\n", "class Kept(of_torch('torch.fx.Tracer')):"),
        ("class Kept(torch.fx.Tracer, dict):\n    pass\n", "class Kept(of_torch('torch.fx.Tracer'), dict):"),
        ("class Kept:\n    kind = torch.fx.Graph\n", "    kind = of_torch('torch.fx.Graph')"),
        ("def kept(x, kind=torch.fx.Graph):\n    pass\n", "def kept(x, kind=of_torch('torch.fx.Graph')):"),
        ("def kept(x, *, kind=torch.fx.Graph):\n    pass\n", "def kept(x, *, kind=of_torch('torch.fx.Graph')):"),
        ("kept = torch.fx.Graph\n", "kept = of_torch('torch.fx.Graph')"),
        ("kept: type = torch.fx.Graph\n", "kept: type = of_torch('torch.fx.Graph')"),
        ("kept = {1: [torch.fx.Graph, 2]}\n", "kept = {1: [of_torch('torch.fx.Graph'), 2]}"),
        ("kept = {torch.fx.Graph}\n", "kept = {of_torch('torch.fx.Graph')}"),
        ("kept = lambda: [torch.fx.Graph()]\n", "kept = lambda: [of_torch('torch.fx.Graph')()]"),
    ],
)
def test_what_is_only_kept_waits(source: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = convert("import torch\n\n" + source)
    assert kept in result.text.replace('"', "'").splitlines()
    assert not result.text.startswith("import torch")
    without_torch(result, monkeypatch)
    line = 4 if "    kind" in source else 3
    name = "torch.fx.Tracer" if "Tracer" in source else "torch.fx.Graph"
    assert said(result) == [f"{name} in line {line} raises ImportError where it is used"]


def test_what_is_only_kept_raises_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    result = convert(
        "import torch\n\nclass Doubled(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        ctx.mark_dirty(x)\n        return x\n\n"
        "class Tracer(torch.fx.Tracer):\n    def __init__(self):\n        pass\n\n"
        "make = torch.fx.Graph\nkinds = {torch.fx.Graph: 1, torch.fx.Node: 2}\n"
    )
    made = without_torch(result, monkeypatch)
    for use in ("Doubled.apply(1)", "Tracer()", "make()", "make.nodes", "isinstance(1, make)", "issubclass(int, make)"):
        with pytest.raises(ImportError, match="torch"):
            eval(use, made)
    kinds = made["kinds"]
    assert isinstance(kinds, dict) and len(kinds) == 2 and kinds[made["make"]] == 1


def test_what_is_only_registered_raises_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    result = convert(
        "import torch\n\nclass Held:\n    def __init__(self):\n        self.graph = torch.fx.Graph()\n\n"
        "class Derived(Held):\n    pass\n\nclass Plain:\n    pass\n\nkept = []\nkept.append(torch.fx.Graph())\n"
        "kept.append({'a': torch.fx.Graph()})\nkept.append(Held())\nkept.append(Derived())\nkept.append(Plain())\n"
    )
    made = without_torch(result, monkeypatch)
    kept = made["kept"]
    assert isinstance(kept, list)
    plain = made["Plain"]
    assert len(kept) == 5 and isinstance(plain, type) and isinstance(kept[4], plain)
    for value in kept[:4]:
        for use in (
            "x.graph",
            "x()",
            "bool(x)",
            "x == 1",
            "1 == x",
            "isinstance(x, Held)",
            "x[0]",
            "x in {}",
            "str(x)",
        ):
            with pytest.raises(ImportError, match="torch"):
                eval(use, made, {"x": value})
    for use in ("len(x)", "[*x]", "hasattr(x, 'graph')", "f'{x}'", "x != 1", "setattr(x, 'graph', 1)", "not x"):
        with pytest.raises(ImportError, match="torch"):
            eval(use, made, {"x": kept[0]})


def test_an_import_that_fails_for_another_reason_is_not_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    made = without_torch(convert("import torch\n\nkept = []\nkept.append(torch.fx.Graph())\n"), monkeypatch)
    with pytest.raises(ModuleNotFoundError, match="missing_package"):
        eval("made_with_torch(lambda: __import__('missing_package'))", made)


def test_what_is_only_kept_is_torchs_where_torch_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = object()
    there = ModuleType("torch")
    setattr(there, "fx", SimpleNamespace(Graph=graph))  # noqa: B010
    put_in_place_of_torch(there, monkeypatch)
    made: dict[str, object] = {"__name__": "made"}
    exec(convert("import torch\n\nkept = [torch.fx.Graph]\n").text, made)
    assert made["kept"] == [graph]


@pytest.mark.parametrize(
    "source",
    [
        # Something else than the import at the top may bind the name.
        "import torch\n\ndef run():\n    return torch.fx.Graph()\n\nif run:\n    torch = 1\n",
        "import torch\n\ndef load():\n    global torch\n    import torch\n\ndef run():\n    return torch.fx.Graph()\n",
        "try:\n    import torch\nexcept ImportError:\n    torch = None\n\ndef run():\n    return torch.fx.Graph()\n",
        "try:\n    from torch import fx\nexcept ImportError:\n    fx = 1\n\ndef run():\n    return fx.Graph()\n",
        "from torch import fx\nif fx:\n    from torch.x import fx\n\ndef run():\n    return fx.Graph()\n",
        "from torch.fx import *\n\ndef run():\n    return Graph(), SomethingElse\n",
    ],
)
def test_stays_as_it_is(source: str) -> None:
    assert convert(source).text == source


def test_each_function_gets_what_it_needs() -> None:
    result = convert(
        "import torch\nimport torch.distributed as dist\nfrom torch import fx, jit\n\n\n"
        "def one(net):\n    return fx.Graph(), jit.trace(net)\n\n\n"
        "def two(net):\n    return dist.get_backend(), jit.trace(net), torch.fx.Graph()\n\n\n"
        "def three(fx):\n    return fx.symbolic_trace(fx)\n"
    )
    one, two, three = (ast.unparse(stmt) for stmt in ast.parse(result.text).body)
    assert one.splitlines()[1:-1] == ["    from torch import fx, jit"]
    assert two.splitlines()[1:-1] == [
        "    import torch",
        "    import torch.distributed as dist",
        "    from torch import jit",
    ]
    assert "import" not in three
    assert said(result) == [
        "torch is imported in two, where it is still needed",
        "dist is imported in two, where it is still needed",
        "fx is imported in one, where it is still needed; jit is imported in one and two, where it is still needed",
    ]


def test_many_places_are_counted() -> None:
    functions = "".join(f"def f{i}():\n    return torch.fx.Graph()\n\n\n" for i in range(6))
    result = convert(f"import torch\n\n\n{functions}")
    assert said(result) == ["torch is imported in f0, f1, f2 and 3 more places, where it is still needed"]


def test_a_name_written_out_is_imported_where_it_is_used() -> None:
    result = convert("from torch import nn\n\nlayer = nn.ReLU()\n\ndef run():\n    return nn.FractionalMaxPool2d(2)\n")
    assert result.text == (
        "from mindspore import nn\n\nlayer = nn.ReLU()\n\ndef run():\n    import torch\n\n"
        "    return torch.nn.FractionalMaxPool2d(2)\n"
    )


def test_a_function_that_imports_for_itself_keeps_what_it_uses_alone() -> None:
    result = convert(
        "def run(x):\n    import torch\n\n    return torch.relu(x)\n\n\n"
        "def trace(net):\n    import torch\n\n    return torch.fx.symbolic_trace(net)\n"
    )
    assert result.text.count("import torch") == 1


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        ("fx.Graph", "'fx.Graph'"),
        ("Optional[fx.Graph]", "Optional['fx.Graph']"),
        ("fx.Graph | None", "'fx.Graph | None'"),
        ("Optional[fx.Graph | torch.Tensor]", "Optional['fx.Graph | Tensor']"),
        ("fx.Graph[int]", "'fx.Graph[int]'"),
        ("Dict[str, List[fx.Node]]", "Dict[str, List['fx.Node']]"),
        ("Annotated[fx.Graph | str, 'why'] | None", "Annotated['fx.Graph | str', 'why'] | None"),
    ],
)
def test_annotations_become_strings(annotation: str, written: str) -> None:
    result = convert(
        f"import torch\nfrom torch import fx\n\n\ndef run(x: {annotation}, y=None) -> {annotation}:\n    pass\n"
    )
    assert f"def run(x: {written}, y=None) -> {written}:" in result.text
    assert "if TYPE_CHECKING:\n    from torch import fx\n" in result.text


@pytest.mark.parametrize("annotation", ["Annotated[fx.Graph, 'why'] | fx.Node", "fx.Graph[\n    int]"])
def test_an_annotation_that_is_no_string_keeps_its_import(annotation: str) -> None:
    source = f"from torch import fx\n\n\ndef run(x: {annotation}):\n    pass\n"
    assert convert(source).text.startswith("from torch import fx\n")


def test_names_passed_on_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = convert('from torch.fx import Graph, Node\n\n__all__ = ["Graph"]\n\n\ndef run():\n    return Graph()\n')
    names = without_torch(result, monkeypatch)
    assert names["Graph"] is None
    assert "Node" not in result.text
    run = names["run"]
    assert callable(run)
    with pytest.raises(ImportError):
        run()


def test_an_annotation_in_a_function_that_imports_needs_no_other_import() -> None:
    result = convert(
        "import torch\n\n\ndef run(x):\n    g: torch.fx.Graph | None = None\n    return torch.fx.symbolic_trace(x)\n"
    )
    assert "TYPE_CHECKING" not in result.text
    assert result.text.count("import torch") == 1


def test_a_string_elsewhere_does_not_keep_the_import_of_a_function() -> None:
    result = convert(
        "from flags import fast\n\nif fast():\n    import torch\n\n\ndef run(g: 'torch.fx.Graph'):\n    return g\n\n\n"
        "def relu(x):\n    if fast():\n        import torch\n\n        return torch.relu(x)\n    return x\n"
    )
    assert "    if fast():\n        return ops.relu(x)\n" in result.text


def test_a_package_passes_on_what_it_does_not_use(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    init = package / "__init__.py"
    init.write_text("from torch.fx import Graph\n", encoding="utf-8")
    user = package / "user.py"
    user.write_text("from . import Graph\n\n\ndef run():\n    return Graph()  # of torch\n", encoding="utf-8")
    assert convert(init.read_text(), init).text == (
        "try:\n    from torch.fx import Graph\nexcept ImportError:\n    pass\n"
    )
    assert convert(user.read_text(), user).text == (
        "def run():\n    from torch.fx import Graph\n\n    return Graph()  # of torch\n"
    )


def test_a_package_of_the_family_does_not_hide_its_own_files(tmp_path: Path) -> None:
    package = tmp_path / "torchvision"
    package.mkdir()
    init = package / "__init__.py"
    init.write_text("from torchvision import datasets\n", encoding="utf-8")
    assert convert(init.read_text(), init).text == "from torchvision import datasets\n"
