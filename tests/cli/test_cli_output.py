"""Where output goes, and what is on stdout."""

from __future__ import annotations

import json
import os
import stat
import subprocess

import pytest

from .conftest import NET


@pytest.fixture
def pkg(here):
    """A small package with everything in it a copy has to mind."""
    root = here / "pkg"
    (root / "sub").mkdir(parents=True)
    (root / "__init__.py").touch()
    (root / "net.py").write_text(NET)
    (root / "plain.py").write_text("x  =  1\n")
    (root / "sub" / "crlf.py").write_bytes(NET.replace("\n", "\r\n").encode())
    (root / "sub" / "data.bin").write_bytes(bytes(range(256)))
    return root


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_preview_writes_nothing(run, here, pkg):
    before = snapshot(here)
    result = run("convert", "pkg")
    assert result.code == 0
    assert snapshot(here) == before
    assert "--- a/pkg/net.py\n+++ b/pkg/net.py\n" in result.stdout
    assert "\n+import mindspore" in result.stdout or "\n+from mindspore" in result.stdout
    assert result.stdout.rstrip().splitlines()[-1].startswith("6 sites: ") or " sites: " in result.stdout
    assert result.stderr == ""


def test_one_file_to_a_new_file(run_process, here):
    (here / "m.py").write_text(NET)
    (here / "m.py").chmod(0o750)
    assert run_process("convert", "m.py", "-o", "deep/er/out.py").code == 0
    out = here / "deep" / "er" / "out.py"
    assert "mindspore" in out.read_text()
    assert stat.S_IMODE(out.stat().st_mode) == 0o750
    assert (here / "m.py").read_text() == NET


@pytest.mark.parametrize("name", ["out", "out/"])
def test_one_file_to_an_existing_folder(run, here, name):
    (here / "m.py").write_text(NET)
    (here / "out").mkdir()
    assert run("convert", "m.py", "-o", name).code == 0
    assert "mindspore" in (here / "out" / "m.py").read_text()


def test_one_file_to_a_folder_that_is_not_there_yet(run, here):
    (here / "m.py").write_text(NET)
    assert run("convert", "m.py", "-o", "out/").code == 0
    assert "mindspore" in (here / "out" / "m.py").read_text()


def test_a_file_without_torch_is_copied_as_it_is(run, here):
    (here / "m.py").write_text("x  =  1")
    assert run("convert", "m.py", "-o", "o.py").code == 0
    assert (here / "o.py").read_text() == "x  =  1"


def test_a_folder_is_mirrored(run, here, pkg):
    before = snapshot(pkg)
    assert run("convert", "pkg", "-o", "out").code == 0
    assert snapshot(pkg) == before
    out = here / "out"
    inputs = {path.relative_to(pkg) for path in pkg.rglob("*")}
    outputs = {path.relative_to(out) for path in out.rglob("*")}
    assert {path for path in outputs if path.parts[0] != ".torch2ms"} == inputs
    for name in ("__init__.py", "plain.py", "sub/data.bin"):
        assert (out / name).read_bytes() == (pkg / name).read_bytes()
    crlf = (out / "sub" / "crlf.py").read_bytes()
    assert crlf.replace(b"\r\n", b"\n") == (out / "net.py").read_bytes()
    assert crlf.count(b"\r\n") == crlf.count(b"\n")


def test_several_paths_go_into_a_folder(run, here, pkg):
    (here / "m.py").write_text(NET)
    assert run("convert", "pkg", "m.py", "-o", "out").code == 0
    assert (here / "out" / "m.py").exists()
    assert (here / "out" / "pkg" / "sub" / "crlf.py").exists()


def test_the_output_folder_may_lie_in_the_input(run, here, pkg):
    assert run("convert", ".", "-o", "out").code == 0
    assert run("convert", ".", "-o", "out").code == 0
    assert (here / "out" / "pkg" / "net.py").exists()
    assert not (here / "out" / "out").exists()


@pytest.mark.parametrize(
    "args",
    [
        ["pkg", "-o", "pkg"],
        ["pkg", "-o", "m.py"],
        ["m.py", "-o", "m.py"],
        ["m.py", "-o", "."],
        ["m.py", "other/m.py", "-o", "out"],
    ],
)
def test_outputs_that_would_lose_something_are_refused(run, here, pkg, args):
    (here / "other").mkdir()
    (here / "m.py").write_text(NET)
    (here / "other" / "m.py").write_text(NET)
    before = snapshot(here)
    result = run("convert", *args)
    assert result.code == 2
    assert result.stderr.startswith("error: ")
    assert snapshot(here) == before


def test_links(run, here, pkg):
    (here / "outside.py").write_text(NET)
    (pkg / "loop").symlink_to("..")
    (pkg / "self").symlink_to("self")
    (pkg / "gone").symlink_to("nowhere")
    (pkg / "alias.py").symlink_to("net.py")
    (pkg / "far.py").symlink_to("../outside.py")
    assert run("convert", "pkg", "-o", "out").code == 0
    out = here / "out"
    assert os.readlink(out / "alias.py") == "net.py"
    assert os.readlink(out / "self") == "self"
    assert "mindspore" in (out / "far.py").read_text()
    assert run("convert", "pkg", "--in-place").code == 0
    assert (here / "outside.py").read_text() == NET
    assert (pkg / "alias.py").is_symlink()


def test_diff_on_stdout_report_on_stderr(run, here, pkg):
    before = snapshot(here)
    result = run("convert", "pkg", "--diff")
    assert result.code == 0
    assert snapshot(here) == before
    assert result.stdout.startswith("--- a/")
    assert " sites: " in result.stderr and " sites: " not in result.stdout
    assert run("convert", "pkg", "--dry-run").stdout == result.stdout
    assert run("convert", "pkg", "-o", "out", "--diff").stdout == result.stdout
    assert not (here / "out").exists()


NAMES = ["m.py", "with space.py", "ünï.py", 'quo"te.py', "back\\slash.py", "tab\there.py"]


@pytest.mark.parametrize("end", ["\n", ""], ids=["newline", "no newline"])
@pytest.mark.parametrize("name", NAMES)
def test_git_applies_the_diff(run, here, name, end):
    folder = here / "src"
    folder.mkdir()
    (folder / name).write_text(NET.rstrip("\n") + end)
    (here / "patch").write_bytes(run("convert", "src", "--diff").out)
    run("convert", "src", "-o", "out")
    subprocess.run(["git", "apply", "patch"], cwd=here, check=True)
    assert (folder / name).read_bytes() == (here / "out" / name).read_bytes()


@pytest.mark.parametrize("where", ["top", "sub", "elsewhere"])
def test_git_applies_the_diff_of_a_repository(run, here, git, where):
    repo = here / "repo"
    (repo / "sub").mkdir(parents=True)
    (here / "elsewhere").mkdir()
    path = repo / "sub" / "m.py"
    path.write_bytes(b"# coding: latin-1\r\nimport torch\r\nx = torch.relu(y)  # \xe9")
    git("init", "-q", cwd=repo)
    cwd = {"top": repo, "sub": repo / "sub", "elsewhere": here / "elsewhere"}[where]
    (here / "patch").write_bytes(run("convert", str(path), "--diff", cwd=cwd).out)
    run("convert", str(path), "-o", str(here / "out.py"))
    subprocess.run(["git", "apply", "../patch"], cwd=repo, check=True)
    assert path.read_bytes() == (here / "out.py").read_bytes()
    assert b"mindspore" in path.read_bytes() and b"\xe9" in path.read_bytes()


def test_check(run, here):
    (here / "m.py").write_text(NET)
    (here / "plain.py").write_text("x = 1\n")
    result = run("convert", "m.py", "--check")
    assert (result.code, (here / "m.py").read_text()) == (1, NET)
    assert "would change m.py" in result.stderr
    assert run("convert", "m.py", "--check", "--in-place").code == 1
    assert (here / "m.py").read_text() == NET
    assert run("convert", "m.py", "--check", "--diff").stdout.startswith("--- a/m.py")
    assert run("convert", "plain.py", "--check").code == 0


def test_fail_on(run, here):
    (here / "good.py").write_text("import torch\nx = torch.ones(2, 3)\n")
    (here / "left.py").write_text("import torch\nx = torch.no_such_function(3)\n")
    for gate in ("error", "manual", "check"):
        assert run("convert", "good.py", "--fail-on", gate).code == 0
    assert run("convert", "left.py").code == 0
    assert run("convert", "left.py", "--fail-on", "manual").code == 1
    assert run("convert", "left.py", "--fail-on", "check").code == 1
    assert run("convert", "left.py", "nope.py", "--fail-on", "manual").code == 2


def test_json_is_alone_on_stdout(run, here, pkg):
    for extra in ([], ["-o", "out"], ["--diff"], ["--check"]):
        document = json.loads(run("convert", "pkg", "--format", "json", *extra).stdout)
        assert document["schema_version"] == 1
        assert document["errors"] == []
    assert (here / "out" / "net.py").exists()
    outcomes = ("converted", "adapted", "check", "manual", "unknown")
    for counts in (document["summary"], *(file["outcomes"] for file in document["files"])):
        assert counts["sites"] == sum(counts[outcome] for outcome in outcomes)
    assert [file["path"] for file in document["files"]] == [
        f"pkg/{name}" for name in ("__init__.py", "net.py", "plain.py", "sub/crlf.py")
    ]
    assert [file["status"] for file in document["files"]] == ["unchanged", "changed", "unchanged", "changed"]
    assert {"name", "version", "tables"} == set(document["tool"])


def test_json_findings(run, here):
    (here / "left.py").write_text("import torch\nx = torch.no_such_function(3)\n")
    document = json.loads(run("convert", "left.py", "--format", "json").stdout)
    finding = next(found for found in document["files"][0]["findings"] if found["outcome"] == "manual")
    assert finding["src"]["line"] == 2 and finding["src"]["col"] == 5
    run("convert", "left.py", "-o", "out.py")
    out = (here / "out.py").read_text().splitlines()
    assert "no_such_function" in out[finding["out"]["line"] - 1]
    assert finding["code"].startswith("T2M2")
    for key in ("severity", "torch", "mindspore", "cell", "message", "docs"):
        assert key in finding


def test_findings_in_text(run, here):
    (here / "left.py").write_text("import torch\nx = torch.no_such_function(3)\n")
    result = run("convert", "left.py")
    lines = result.stdout.splitlines()
    assert "left.py:2:5 T2M205 manual: torch.no_such_function is not in the tables → convert it by hand" in lines
    assert " · 1 file in " in lines[-1]


def test_no_todo(run, here):
    (here / "left.py").write_text("import torch\nx = torch.no_such_function(3)\n")
    run("convert", "left.py", "-o", "with.py")
    run("convert", "left.py", "-o", "without.py", "--no-todo")
    assert "# TODO(torch2ms): [T2M" in (here / "with.py").read_text()
    assert "TODO" not in (here / "without.py").read_text()


def test_color(run, here):
    (here / "m.py").write_text(NET)
    assert "\x1b[" not in run("convert", "m.py").stdout
    assert "\x1b[" not in run("convert", "m.py", "--color", "never").stdout
    assert "\x1b[32m+" in run("convert", "m.py", "--color", "always").stdout


def test_an_ascii_terminal_is_no_error(run_process, here):
    (here / "m.py").write_text(NET)
    result = run_process("convert", "m.py", PYTHONIOENCODING="ascii")
    assert (result.code, result.stderr) == (0, "")


def test_a_reader_that_goes_away(run, here):
    (here / "m.py").write_text(NET * 300)
    done = subprocess.run(
        "python -m torch2ms convert m.py | head -1", shell=True, cwd=here, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr


def test_stdin(run, here):
    (here / "m.py").write_text(NET)
    run("convert", "m.py", "-o", "o.py")
    expected = (here / "o.py").read_bytes()
    result = run("convert", "-", stdin=NET.encode())
    assert (result.code, result.out) == (0, expected)
    assert " sites: " in result.stderr
    assert run("convert", "-", "--diff", "--stdin-filename", "a/b.py", stdin=NET.encode()).stdout.startswith(
        "--- a/a/b.py\n"
    )
    assert run("convert", "-", "-o", "p.py", stdin=NET.encode()).code == 0
    assert (here / "p.py").read_bytes() == expected
    document = json.loads(run("convert", "-", "--format", "json", stdin=NET.encode()).stdout)
    assert document["files"][0]["path"] == "<stdin>"


def test_stdin_broken(run):
    result = run("convert", "-", "--stdin-filename", "n.py", stdin=b"import torch\nx = (\n")
    assert (result.code, result.stdout) == (2, "")
    assert "error: n.py:2:" in result.stderr


def test_user_table_overrides(run, here):
    (here / "extra.yaml").write_text('torch.relu: {expr: "ops.elu({input})"}\n')
    (here / "m.py").write_text("import torch\ny = torch.relu(torch.ones(2))\n")
    result = run("convert", "m.py", "--mappings", "extra.yaml", "-o", "o.py")
    assert result.code == 0
    assert "ops.elu(" in (here / "o.py").read_text()
