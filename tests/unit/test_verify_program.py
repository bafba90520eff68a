"""Programs of several files: what belongs to them, how they are converted and imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.verify.conversion import Conversion, Converter, convert_program
from torch2ms.verify.program import Importer, find_program

FILES = {
    "pkg/__init__.py": "from .net import Net\n",
    "pkg/net.py": """\
from .layers import *
from .utils import scale
import helper


class Net(nn.Module):
    def forward(self, x):
        return F.relu(scale(x)) + helper.one()
""",
    "pkg/layers.py": "import torch.nn as nn\nimport torch.nn.functional as F\n",
    "pkg/utils.py": "import torch\n\n\ndef scale(x):\n    return torch.exp(x)\n",
    "pkg/unrelated.py": "import torch\n",
    "pkg/table.json": "{}",
    "lib/helper.py": "import torch\n\n\ndef one():\n    return torch.ones(1)\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "src"


def converted(tree: Path, file: str, *alongside: str) -> Conversion:
    converter = Converter(load_tables())
    return convert_program(tree / file, tree.parent / "out", converter, [tree / name for name in alongside])


def test_a_file_of_a_package_is_imported_by_its_full_name(tree: Path) -> None:
    program = find_program(tree / "pkg/net.py", [tree / "lib"])
    assert (program.module, program.paths) == ("pkg.net", (str(tree), str(tree / "lib")))
    assert find_program(tree / "pkg/__init__.py").module == "pkg"


def test_what_it_imports_is_converted_with_it_and_nothing_else(tree: Path) -> None:
    done = converted(tree, "pkg/net.py", "lib")
    assert {str(result.path.relative_to(tree)) for result in done.files} == {
        "pkg/net.py",
        "pkg/__init__.py",
        "pkg/layers.py",
        "pkg/utils.py",
        "lib/helper.py",
    }
    assert done.files[0].path == tree / "pkg/net.py"
    out = Path(done.program.paths[0])
    assert done.program.module == "pkg.net"
    assert (out / "pkg/table.json").read_text() == "{}"
    assert not (out / "pkg/unrelated.py").exists()
    assert done.origins[str(out / "pkg/utils.py")] == tree / "pkg/utils.py"
    # The folder beside it lies inside of its own: both names of the module, helper and lib.helper, have to work.
    for place in (out / "lib/helper.py", Path(done.program.paths[1]) / "helper.py"):
        assert "ops.ones" in place.read_text() and done.origins[str(place)] == tree / "lib/helper.py"


def test_a_name_a_neighbour_passes_on_is_torchs(tree: Path) -> None:
    text = converted(tree, "pkg/net.py").files[0].text
    assert "nn.Cell)" in text and "ops.relu(scale(x))" in text


def test_a_file_is_converted_once_for_all_programs(tree: Path) -> None:
    converter = Converter(load_tables())
    first = convert_program(tree / "pkg/net.py", tree.parent / "one", converter)
    second = convert_program(tree / "pkg/utils.py", tree.parent / "two", converter)
    (again,) = [result for result in first.files if result.path == tree / "pkg/utils.py"]
    assert second.files[0] is again


def test_a_module_that_cannot_be_converted_is_copied(tree: Path) -> None:
    (tree / "pkg/utils.py").write_text("import torch\ndef scale(x:\n")
    done = converted(tree, "pkg/net.py")
    assert (Path(done.program.paths[0]) / "pkg/utils.py").read_text() == "import torch\ndef scale(x:\n"


def test_programs_are_imported_without_sight_of_each_other(tmp_path: Path) -> None:
    importer = Importer()
    for value in (1, 2):
        folder = tmp_path / str(value)
        folder.mkdir()
        (folder / "t2m_other.py").write_text(f"VALUE = {value}\n")
        (folder / "t2m_net.py").write_text("from t2m_other import VALUE\n")
        module = importer.load(find_program(folder / "t2m_net.py"))
        assert value == module.VALUE
        assert sys.path[0] == str(folder)
    importer.load(find_program(tmp_path / "2" / "t2m_other.py"))
    assert str(tmp_path / "1") not in sys.path
    for name in ("t2m_net", "t2m_other"):
        del sys.modules[name]
    sys.path.remove(str(tmp_path / "2"))
