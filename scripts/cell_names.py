"""Find by trial which names a Cell keeps for itself, and write `torch2ms/source/cell_names.py`.

    python scripts/cell_names.py --write

Every name of `dir(nn.Cell())`, and every name that MindSpore's own code asks a Cell for, is given to a Cell in each of
the ways a module of torch's may use it: as a plain value, as a method, as a parameter and as a layer. The network with
it is built, run, trained, printed, copied, saved, loaded and compiled. Where anything comes out otherwise than with a
name that is free, the name is not.

It takes MindSpore, whose version is written down with what was found. Every trial runs in a process of its own kind,
which is started anew when a trial ends it.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "torch2ms" / "source" / "cell_names.py"
FREE = "a_free_name"

# What torch gives a module too: who uses these names for something else overrides torch's own, and the rule
# `overrides` speaks about it.
OF_BOTH = frozenset(
    "load_state_dict named_buffers register_buffer register_forward_hook register_forward_pre_hook state_dict training "
    "register_backward_hook get_buffer get_extra_state set_extra_state to_empty register_load_state_dict_post_hook "
    "register_load_state_dict_pre_hook register_state_dict_post_hook register_state_dict_pre_hook _apply _buffers "
    "_get_name _load_from_state_dict _named_members _non_persistent_buffers_set _save_to_state_dict T_destination "
    "_load_state_dict_post_hooks _load_state_dict_pre_hooks _state_dict_hooks _state_dict_pre_hooks".split()
)

# Methods of a Cell that converted code calls, or that torch's module has under another meaning.
CALLED = frozenset(
    "apply buffers cells_and_names compile construct get_parameters get_sub_cell insert_child_to_cell "
    "insert_param_to_cell name_cells offload parameters_and_names parameters_dict recompute set_grad set_train shard "
    "to to_float trainable_params untrainable_params".split()
)

# The source of the cells, for each way to use a name: a line of the class, one of `__init__`, what `construct` does.
WAYS: dict[str, tuple[str, str, str]] = {
    "value": ("", "self.{name} = 2", "y * self.{name}"),
    "method": ("def {name}(self, y): return y * 2", "", "self.{name}(y)"),
    "parameter": ("", "self.{name} = Parameter(Tensor([2.0, 1.0, 3.0]))", "y * self.{name}"),
    "layer": ("", "self.{name} = nn.Dense(3, 3, weight_init='ones', bias_init='zeros')", "self.{name}(y)"),
}

SOURCE = """
from mindspore import Parameter, Tensor, nn

class Child(nn.Cell):
    {line}

    def __init__(self):
        super().__init__()
        self.dense = nn.Dense(3, 3, weight_init="ones", bias_init="zeros")
        {init}

    def construct(self, x):
        y = self.dense(x)
        return {use}


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.child = Child()
        self.parts = nn.SequentialCell(Child(), nn.ReLU())

    def construct(self, x):
        return self.parts(self.child(x))
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One name used in one way."""

    way: str
    name: str

    @property
    def source(self) -> str:
        """The cells of the trial."""
        line, init, use = (text.format(name=self.name) for text in WAYS[self.way])
        return SOURCE.format(line=line or "pass", init=init or "pass", use=use)


def candidates() -> list[str]:
    """The names to try."""
    import mindspore
    from mindspore import nn

    own = set(dir(nn.Cell())) | set(vars(nn.Cell()))
    asked = re.compile(r"""(?:getattr|hasattr|setattr)\((?:self|cell|net|network|obj), *['"](\w+)['"]""")
    folder = Path(mindspore.__file__).parent
    for part in ("nn/cell.py", "common/api.py", "graph/api.py", "graph/_parse/parser.py", "train/amp.py"):
        if (folder / part).is_file():
            own |= set(asked.findall((folder / part).read_text(encoding="utf-8", errors="replace")))
    return sorted(name for name in own if name.isidentifier() and not name.startswith("__") and name not in OF_BOTH)


# ---------------------------------------------------------------------- the trial itself


def outcomes(trial: Trial) -> dict[str, str]:
    """What comes out of everything that is done with a network, as text; an error is an outcome as well."""
    with tempfile.TemporaryDirectory() as folder:
        # Graph mode reads the source of a Cell from its file.
        path = Path(folder, "trial.py")
        path.write_text(trial.source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("trial", path)
        assert spec is not None and spec.loader is not None
        module = sys.modules["trial"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return {step.__name__: outcome(step, module.Net) for step in STEPS}


def outcome(step: Callable, make: Callable) -> str:
    """What comes out of one step, as text."""
    try:
        result = step(make)
    except Exception as error:
        return type(error).__name__
    return str(result)


def _numbers(tensor: object) -> list[float]:
    return [round(float(number), 3) for number in tensor.asnumpy().ravel()]  # type: ignore[attr-defined]


def _input() -> object:
    from mindspore import Tensor

    return Tensor([[1.0, 2.0, 3.0]])


def runs(make: Callable) -> object:
    """Run it twice."""
    net = make()
    return _numbers(net(_input())), _numbers(net(_input()))


def modes(make: Callable) -> object:
    """Train and evaluation mode, and what each Cell says of it."""
    net = make()
    first = [cell.training for _, cell in net.cells_and_names()]
    net.set_train()
    second = [cell.training for _, cell in net.cells_and_names()]
    net.set_train(False)
    return first, second, net.training, _numbers(net(_input()))


def parameters(make: Callable) -> object:
    """Every way to ask for parameters."""
    net = make()
    return (
        [(name, p.shape, p.name) for name, p in net.parameters_and_names()],
        [p.name for p in net.trainable_params()],
        [p.name for p in net.untrainable_params()],
        [p.name for p in net.get_parameters()],
        [p.name for p in net.get_parameters(expand=False)],
        sorted(net.parameters_dict()),
        [p.name for p in net.child.get_parameters(expand=False)],
        [name for name, _ in net.child.parameters_and_names(expand=False)],
    )


def children(make: Callable) -> object:
    """Every way to ask for the Cells in it."""
    net = make()
    names = [name for name, _ in net.cells_and_names()]
    visited: list[str] = []
    net.apply(lambda cell: visited.append(type(cell).__name__))
    return (
        names,
        visited,
        list(net.name_cells()),
        len(list(net.cells())),
        list(net.child.name_cells()),
        len(list(net.child.cells())),
        type(net.get_sub_cell("child.dense")).__name__,
    )


def growth(make: Callable) -> object:
    """Add a Cell and a parameter by name."""
    from mindspore import Parameter, Tensor, nn

    net = make()
    net.child.insert_child_to_cell("added", nn.ReLU())
    net.child.insert_param_to_cell("more", Parameter(Tensor([1.0]), name="more"))
    return [name for name, _ in net.cells_and_names()], [name for name, _ in net.parameters_and_names()]


def printed(make: Callable) -> object:
    """What it is printed as."""
    return repr(make())


def trained(make: Callable) -> object:
    """Two steps of Adam."""
    import mindspore
    from mindspore import nn

    net = make()
    net.set_train()
    optimizer = nn.Adam(net.trainable_params(), learning_rate=0.1)
    gradient = mindspore.value_and_grad(lambda x: net(x).sum(), None, optimizer.parameters)
    losses = []
    for _ in range(2):
        loss, grads = gradient(_input())
        optimizer(grads)
        losses.append(_numbers(loss))
    return losses, _numbers(net(_input()))


def frozen(make: Callable) -> object:
    """Freeze a part."""
    net = make()
    for parameter in net.child.get_parameters():
        parameter.requires_grad = False
    return [p.name for p in net.trainable_params()]


def copied(make: Callable) -> object:
    """A deep copy, run."""
    net = copy.deepcopy(make())
    return _numbers(net(_input())), [name for name, _ in net.parameters_and_names()]


def saved(make: Callable) -> object:
    """Save it and load it."""
    import mindspore

    net = make()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.ckpt")
        mindspore.save_checkpoint(net, path)
        values = mindspore.load_checkpoint(path)
        missing = mindspore.load_param_into_net(make(), values)
    return sorted(values), str(missing)


def hooked(make: Callable) -> object:
    """Hooks before and after a part."""
    net = make()
    seen: list[str] = []
    net.child.register_forward_pre_hook(lambda cell, args: seen.append("before"))
    net.child.register_forward_hook(lambda cell, args, output: seen.append("after"))
    return _numbers(net(_input())), seen


def lowered(make: Callable) -> object:
    """Run it in float16."""
    import mindspore

    net = make()
    net.to_float(mindspore.float16)
    return _numbers(net(_input()))


def compiled(make: Callable) -> object:
    """Run it in graph mode."""
    import mindspore

    net = make()
    mindspore.set_context(mode=mindspore.GRAPH_MODE)
    try:
        return _numbers(net(_input()))
    finally:
        mindspore.set_context(mode=mindspore.PYNATIVE_MODE)


STEPS = (
    *(runs, modes, parameters, children, growth, printed, trained),
    *(frozen, copied, saved, hooked, lowered, compiled),
)


# ---------------------------------------------------------------------- many trials


def work() -> None:
    """Run the trials whose names come in on standard input, one a line; an answer is a line of JSON."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for line in sys.stdin:
        way, name = json.loads(line)
        answer = json.dumps(outcomes(Trial(way, name)))
        sys.__stdout__.write("\n=> " + answer + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


class Worker:
    """A process that runs trials; one that dies is started anew for the next trial. As a context it ends with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def run(self, trial: Trial) -> dict[str, str]:
        """The outcomes of a trial; that of one which ends the process says so."""
        if self._process is None:
            command = [sys.executable, __file__, "--work"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([trial.way, trial.name]) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("=> "):
                found: dict[str, str] = json.loads(line[3:])
                return found
        self._process = None
        return {"the process": "ends"}


def differing(names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The names that are not free: name → way → the steps that come out otherwise.

    What trials before one have left behind in the process may be all that makes a step differ: it has to differ again
    in a fresh one, unless the network cannot even be built and run.
    """
    found: dict[str, dict[str, list[str]]] = {}
    with Worker() as worker:
        for way in WAYS:
            free = worker.run(Trial(way, FREE))
            for name in names:
                if not (steps := unlike(free, worker.run(Trial(way, name)), name)):
                    continue
                again = steps
                if "runs" not in steps:
                    with Worker() as fresh:
                        again = unlike(fresh.run(Trial(way, FREE)), fresh.run(Trial(way, name)), name) & steps
                if again:
                    found.setdefault(name, {})[way] = sorted(again)
                    print(f"{way}: {name}: {', '.join(sorted(again))}", flush=True)
    return found


def unlike(free: dict[str, str], given: dict[str, str], name: str) -> set[str]:
    """The steps that come out otherwise with the name than with one that is free."""
    return {step for step in given if given[step] != free.get(step, "").replace(FREE, name)}


HEAD = '''"""The names that a Cell keeps for itself: a module that uses one for something else breaks.

Written by `python scripts/cell_names.py --write`, which found them by trial in MindSpore {version}. Beside each name
stands how it was used when something came out otherwise than with a name that is free.
"""

from __future__ import annotations

from typing import Final

CELL_NAMES: Final[dict[str, str]] = {{
'''


def write(found: dict[str, dict[str, list[str]]], version: str) -> None:
    """Write the module with the names."""
    lines = [HEAD.format(version=version)]
    for name in sorted(found.keys() | CALLED):
        ways = [*found.get(name, ()), *(["called by converted code"] if name in CALLED else [])]
        lines.append(f'    "{name}": "{", ".join(ways)}",\n')
    TARGET.write_text("".join(lines) + "}\n", encoding="utf-8")


def main() -> None:
    """Find the names; print them, or write the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--write", action="store_true", help="write torch2ms/source/cell_names.py")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work()
        return
    import mindspore

    found = differing(arguments.names or candidates())
    if arguments.write:
        write(found, mindspore.__version__)


if __name__ == "__main__":
    main()
