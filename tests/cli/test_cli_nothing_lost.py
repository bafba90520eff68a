"""What is written never costs the user anything: edits survive, only files are replaced, a run can be taken back."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys

import pytest

from .conftest import NET

OTHER = NET.replace("class Net", "class Other")
MINE = "# mine\n"


@pytest.fixture
def src(here):
    root = here / "src"
    root.mkdir()
    (root / "a.py").write_text(NET)
    (root / "b.py").write_text(OTHER)
    (root / "data.txt").write_text("data\n")
    return root


def files(folder):
    """What a user sees in a folder."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file() and ".torch2ms" not in path.parts}


def make_fifo(path):
    os.mkfifo(path)


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def make_device(path):
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("needs the right to make a device")


def make_link_out(path):
    (path.parent.parent / "elsewhere").write_text("theirs\n")
    path.symlink_to("../elsewhere")


SPECIAL = {"named pipe": make_fifo, "socket": make_socket, "device": make_device, "link": make_link_out}


@pytest.mark.parametrize("kind", SPECIAL)
def test_only_regular_files_are_replaced(run, here, src, kind):
    (here / "o").mkdir()
    special = here / "o" / "a.py"
    SPECIAL[kind](special)
    before = os.lstat(special)
    for args in (["src/a.py", "-o", "o/a.py"], ["src", "-o", "o", "--force"]):
        result = run("convert", *args)
        assert result.code == 2
        assert "o/a.py: " in result.stderr and kind in result.stderr
        assert os.path.samestat(os.lstat(special), before)
    assert "mindspore" in (here / "o" / "b.py").read_text()
    if kind == "link":
        assert (here / "elsewhere").read_text() == "theirs\n"


def test_weights_go_to_regular_files_only(run, here):
    (here / "in.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    os.mkfifo(here / "out.ckpt")
    result = run("weights", "in.safetensors", "-o", "out.ckpt")
    assert result.code == 2
    assert stat.S_ISFIFO(os.lstat(here / "out.ckpt").st_mode)


def test_a_folder_that_leads_out_of_the_output(run, here, src):
    (src / "sub").mkdir()
    (src / "sub" / "c.py").write_text(NET)
    (here / "elsewhere").mkdir()
    (here / "o").mkdir()
    (here / "o" / "sub").symlink_to("../elsewhere")
    assert run("convert", "src", "-o", "o").code == 2
    assert not list((here / "elsewhere").iterdir())
    assert "mindspore" in (here / "o" / "a.py").read_text()


@pytest.mark.parametrize("args", [["-o", "o/a.py"], ["-o", "o"], ["-o", "o", "--force"]])
def test_a_write_protected_file_is_not_replaced(run, here, src, args):
    (here / "o").mkdir()
    (here / "o" / "a.py").write_text("theirs\n")
    (here / "o" / "a.py").chmod(0o444)
    result = run("convert", "src/a.py", *args)
    assert result.code == 2
    assert "write-protected" in result.stderr
    assert (here / "o" / "a.py").read_text() == "theirs\n"


def test_a_write_protected_file_in_place(run, here, src):
    (src / "a.py").chmod(0o444)
    assert run("convert", "src", "--in-place").code == 2
    assert (src / "a.py").read_text() == NET
    assert "mindspore" in (src / "b.py").read_text()


def test_outputs_of_protected_files_can_be_edited_and_written_again(run, here, src):
    (src / "a.py").chmod(0o444)
    (src / "data.txt").chmod(0o444)
    assert run("convert", "src", "-o", "o").code == 0
    (src / "a.py").chmod(0o644)
    (src / "a.py").write_text(OTHER)
    assert run("convert", "src", "-o", "o").code == 0
    assert "class Other" in (here / "o" / "a.py").read_text()


def test_minus_is_standard_output(run, here, src):
    run("convert", "src/a.py", "-o", "o.py")
    expected = (here / "o.py").read_bytes()
    before = files(here)
    result = run("convert", "src/a.py", "-o", "-")
    assert (result.code, result.out) == (0, expected)
    assert " sites: " in result.stderr
    assert run("convert", "-", "-o", "-", stdin=NET.encode()).out == expected
    assert files(here) == before
    assert run("convert", "src", "-o", "-").code == 2
    assert run("convert", "src/a.py", "src/b.py", "-o", "-").code == 2


def test_the_record(run, here, src, git):
    assert run("convert", "src", "-o", "o").code == 0
    record = json.loads((here / "o" / ".torch2ms" / "record.json").read_text())
    assert record["tool"] and record["tables"] and record["options"]["todo_comments"] == "true"
    assert set(record["files"]) == {"a.py", "b.py", "data.txt"}
    entry = record["files"]["a.py"]
    assert entry["source"] == "src/a.py" and entry["read"] != entry["written"]
    assert (here / "o" / ".torch2ms" / "written" / entry["written"]).read_bytes() == (here / "o" / "a.py").read_bytes()
    git("init", "-q")
    assert ".torch2ms" not in git("status", "--porcelain", "--untracked-files=all")


def test_the_record_is_no_input(run, here, src):
    run("convert", "src", "-o", "o")
    run("convert", "o", "-o", "again")
    assert set(files(here / "again")) == {"a.py", "b.py", "data.txt"}


def test_says_what_was_written(run, here, src):
    lines = run("convert", "src", "-o", "o").stdout.splitlines()
    assert "o: 2 files written, 1 copied · torch2ms undo o takes it back" in lines
    assert "o: 3 as it was already" in run("convert", "src", "-o", "o").stdout.splitlines()
    document = json.loads(run("convert", "src", "-o", "o", "--format", "json").stdout)
    assert {file["action"] for file in document["written"]["files"]} == {"unchanged"}
    assert "written" not in json.loads(run("convert", "src", "--format", "json").stdout)


def test_an_edited_file_is_refused_and_the_others_go_on(run, here, src):
    run("convert", "src", "-o", "o")
    edited = (here / "o" / "a.py").read_text() + MINE
    (here / "o" / "a.py").write_text(edited)
    (here / "o" / "data.txt").write_text("mine\n")
    (src / "b.py").write_text(OTHER.replace("Other", "Third"))
    (src / "data.txt").write_text("new data\n")
    result = run("convert", "src", "-o", "o")
    assert result.code == 1
    assert "left: o/a.py: T2M910 " in result.stderr and "--merge" in result.stderr and "--force" in result.stderr
    assert "left: o/data.txt: T2M910 " in result.stderr
    assert (here / "o" / "a.py").read_text() == edited
    assert (here / "o" / "data.txt").read_text() == "mine\n"
    assert "class Third" in (here / "o" / "b.py").read_text()
    document = json.loads(run("convert", "src", "-o", "o", "--format", "json").stdout)
    refused = [file["path"] for file in document["written"]["files"] if file["action"] == "refused"]
    assert (refused, document["errors"]) == (["o/a.py", "o/data.txt"], [])


def test_force_overwrites_and_undo_brings_the_edit_back(run, here, src):
    run("convert", "src", "-o", "o")
    written = (here / "o" / "a.py").read_text()
    (here / "o" / "a.py").write_text(written + MINE)
    assert run("convert", "src", "-o", "o", "--force").code == 0
    assert (here / "o" / "a.py").read_text() == written
    assert run("undo", "o").code == 0
    assert (here / "o" / "a.py").read_text() == written + MINE


def test_a_file_that_was_there_is_not_overwritten(run, here, src):
    (here / "o.py").write_text("theirs\n")
    result = run("convert", "src/a.py", "-o", "o.py")
    assert result.code == 1
    assert "was not written by torch2ms" in result.stderr
    assert (here / "o.py").read_text() == "theirs\n"
    assert run("convert", "src/a.py", "-o", "o.py", "--force").code == 0
    assert "mindspore" in (here / "o.py").read_text()


@pytest.mark.parametrize("content", ["", NET])
def test_a_file_with_nothing_to_lose_is_overwritten(run, here, src, content):
    (here / "o.py").write_text(content)
    assert run("convert", "src/a.py", "-o", "o.py").code == 0
    assert "mindspore" in (here / "o.py").read_text()


def test_merge_brings_both_together(run, here, src):
    run("convert", "src", "-o", "o")
    out = here / "o" / "a.py"
    out.write_text("# mine\n" + out.read_text())
    (src / "a.py").write_text(NET + "\n\ny = torch.ones(2)\n")
    result = run("convert", "src", "-o", "o", "--merge")
    assert (result.code, result.stderr) == (0, "")
    assert "1 merged with your edits" in result.stdout
    merged = out.read_text()
    assert merged.startswith("# mine\n") and "y = " in merged
    assert run("convert", "src", "-o", "o", "--merge").code == 0
    assert out.read_text() == merged
    assert run("convert", "src", "-o", "o").code == 1
    assert run("undo", "o").code == 0
    assert out.read_text().startswith("# mine\n") and "y = " not in out.read_text()


def test_one_merge_after_another(run, here, src):
    run("convert", "src", "-o", "o")
    out = here / "o" / "a.py"
    out.write_text("# mine\n" + out.read_text())
    for name in ("y", "z"):
        (src / "a.py").write_text(NET + f"\n\n{name} = torch.ones(2)\n")
        assert run("convert", "src", "-o", "o", "--merge").code == 0
    merged = out.read_text()
    assert merged.startswith("# mine\n") and "z = " in merged and "y = " not in merged


def test_conflicts_stand_between_markers_with_merge_only(run, here, src):
    run("convert", "src", "-o", "o")
    out = here / "o" / "a.py"
    out.write_text(out.read_text().replace("# the head", "# my head"))
    edited = out.read_text()
    (src / "a.py").write_text(NET.replace("# the head", "# their head"))
    assert run("convert", "src", "-o", "o").code == 1
    assert out.read_text() == edited
    result = run("convert", "src", "-o", "o", "--merge")
    assert result.code == 1
    merged = out.read_text()
    line = merged.splitlines().index("<<<<<<< a.py (edited)") + 1
    assert f"left: o/a.py:{line}: T2M910" in result.stderr
    assert "# my head\n=======\n" in merged and "# their head\n>>>>>>> torch2ms\n" in merged


@pytest.mark.parametrize("args", [["--merge", "--force", "-o", "o"], ["--merge"], ["--force", "--in-place"]])
def test_flags_that_do_not_go_together(run, src, args):
    assert run("convert", "src", *args).code == 2


def test_undo_of_an_output(run, here, src):
    before = files(here)
    run("convert", "src", "-o", "deep/o")
    result = run("undo")
    assert (result.code, result.stdout) == (0, "deep/o: 3 files removed\n")
    assert files(here) == before
    assert not (here / "deep").exists()
    assert run("undo").code == 2


def test_undo_takes_the_last_run_back_and_no_other(run, here, src):
    run("convert", "src", "-o", "o")
    first = files(here / "o")
    (src / "a.py").write_text(OTHER)
    run("convert", "src", "-o", "o")
    run("convert", "src", "-o", "o")  # writes nothing
    assert files(here / "o") != first
    assert run("undo", "o").code == 0
    assert files(here / "o") == first
    result = run("undo", "o")
    assert (result.code, "no run to undo" in result.stderr) == (2, True)
    assert run("convert", "src", "-o", "o").code == 0


def test_undo_in_place(run, here, src):
    (src / "a.py").chmod(0o755)
    before = files(src)
    assert run("convert", "src", "--in-place").code == 0
    assert files(src) != before
    result = run("undo")
    assert (result.code, "2 files brought back" in result.stdout) == (0, True)
    assert files(src) == before
    assert (src / "a.py").stat().st_mode & 0o777 == 0o755
    assert not (src / ".torch2ms").exists()


def test_undo_leaves_what_was_edited_since(run, here, src):
    run("convert", "src", "--in-place")
    (src / "a.py").write_text("mine\n")
    result = run("undo", "src")
    assert (result.code, "left: " in result.stderr) == (1, True)
    assert (src / "a.py").read_text() == "mine\n" and (src / "b.py").read_text() == OTHER
    assert run("undo", "src", "--force").code == 0
    assert (src / "a.py").read_text() == NET


def test_a_broken_record_stops_before_anything_is_written(run, here, src):
    run("convert", "src", "-o", "o")
    (here / "o" / ".torch2ms" / "record.json").write_text("{")
    before = files(here / "o")
    (src / "a.py").write_text(OTHER)
    result = run("convert", "src", "-o", "o")
    assert (result.code, "record.json" in result.stderr) == (2, True)
    assert files(here / "o") == before


@pytest.mark.parametrize("table", [None, b"", b"{", b"\xff\xfe", b"torch.relu: {to: mindspore.ops.no_such}\n"])
def test_a_broken_table_stops_before_anything_is_written(run, here, src, table):
    if table is not None:
        (here / "t.yaml").write_bytes(table)
    for args in (["-o", "o"], ["--in-place"]):
        result = run("convert", "src", "--mappings", "t.yaml", *args)
        assert not (result.code == 0 and table != b"")
        assert table == b"" or (result.code, not (here / "o").exists(), files(src)["a.py"]) == (2, True, NET.encode())


def test_two_runs_at_once(run, here, src):
    fcntl = pytest.importorskip("fcntl")
    run("convert", "src", "-o", "o")
    with (here / "o" / ".torch2ms" / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        (src / "a.py").write_text(OTHER)
        result = run("convert", "src", "-o", "o")
    assert (result.code, "another run" in result.stderr) == (2, True)
    assert "class Net" in (here / "o" / "a.py").read_text()
    assert run("convert", "src", "-o", "o").code == 0


# A run that is stopped in the middle: `{stop}` happens before the second file is written.
STOPPED = """
import os, signal, sys
from torch2ms.writing import wanted, write
put, count = wanted.Text.put, [0]

def slow(self, dest):
    count[0] += 1
    if count[0] == 2:
        {stop}
    put(self, dest)

wanted.Text.put = slow
sys.argv = ["torch2ms", "convert", "src", {args}]
from torch2ms.cli import main
main()
"""


def stopped(here, args, stop):
    program = STOPPED.format(stop=stop, args=", ".join(map(repr, args)))
    return subprocess.run([sys.executable, "-c", program], cwd=here, capture_output=True, text=True, timeout=60)


@pytest.fixture
def three(src):
    (src / "c.py").write_text(NET.replace("class Net", "class Last"))
    return src


def test_an_interrupt_while_writing(run, here, three):
    before = files(three)
    done = stopped(here, ["--in-place"], "os.kill(os.getpid(), signal.SIGINT)")
    assert done.returncode == 130, done.stderr
    assert "interrupted: 2 of 3 files written, whole; not written: src/c.py\n" in done.stderr
    assert "torch2ms undo" in done.stderr and "Traceback" not in done.stderr
    assert b"mindspore" in files(three)["b.py"] and files(three)["c.py"] == before["c.py"]
    assert run("convert", "src", "--in-place").code == 0
    assert run("undo").code == 0
    assert files(three) == before


@pytest.mark.parametrize("args", [["--in-place"], ["-o", "o"]])
def test_a_run_that_was_killed(run, here, three, args):
    before = files(here)
    done = stopped(here, args, "os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -signal.SIGKILL
    assert run("convert", "src", *args).code == 0
    after = files(here)
    assert sum(b"mindspore" in data for data in after.values()) == 3
    assert run("undo").code == 0
    assert {name: data for name, data in files(here).items() if not name.endswith(".tmp")} == before


def test_a_killed_run_can_be_undone(run, here, three):
    before = files(here)
    stopped(here, ["--in-place"], "os.kill(os.getpid(), signal.SIGKILL)")
    assert run("undo").code == 0
    assert {name: data for name, data in files(here).items() if not name.endswith(".tmp")} == before


def test_a_full_disk(run, here, three):
    before = files(here)
    done = stopped(here, ["--in-place"], "raise OSError(28, 'No space left on device')")
    assert done.returncode == 2
    assert "b.py: T2M909 cannot be written: No space left" in done.stderr
    assert files(three)["b.py"] == before["src/b.py"] and b"mindspore" in files(three)["c.py"]
    assert run("undo").code == 0
    assert files(here) == before


def test_an_edit_while_the_run_writes(run, here, three):
    done = stopped(here, ["--in-place"], "open('src/c.py', 'a').write('# mine')")
    assert done.returncode == 2
    assert "c.py: T2M909 cannot be written: it changed meanwhile" in done.stderr
    assert (three / "c.py").read_text().endswith("# mine")


@pytest.mark.parametrize(("args", "code"), [([], 0), (["--check", "--diff"], 1), (["--help"], None)])
def test_a_broken_pipe_says_nothing_of_findings(here, src, args, code):
    (src / "a.py").write_text(NET * 40)
    with subprocess.Popen(
        [sys.executable, "-m", "torch2ms", "convert", "src", *args],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        _, error = process.stdout, process.stderr.read()
        returned = process.wait(60)
    assert b"Traceback" not in error and b"Exception" not in error
    assert returned == code or (code is None and returned != 1)
