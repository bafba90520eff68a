"""Worker process that runs converted cases in MindSpore, with the weights and inputs of the torch run.

Arrays are recorded under torch's names and in torch's shapes.
"""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from unittest import mock

import mindspore as ms
import mindspore.runtime
import numpy as np
import numpy.typing as npt
from mindspore.common.api import _pynative_executor
from mindspore.ops.function import nn_func

from torch2ms.verify.case import Case
from torch2ms.verify.inputs import generate, weighting
from torch2ms.verify.job import Job, Loader, Run, asked_run, during, import_source, serve
from torch2ms.verify.mindspore_steps import step_of, steppers
from torch2ms.verify.program import is_program_file
from torch2ms.verify.timing import median_seconds
from torch2ms.verify.trace import Tracer, origins_noted
from torch2ms.verify.values import (
    Encoder,
    Node,
    Record,
    TensorNode,
    differentiable_tensors,
    load,
    pick,
)
from torch2ms.weights.description import Owned
from torch2ms.weights.names import LayerNames, Placement, Stored, place

Array = npt.NDArray[np.generic]


class MindSporeValues:
    """How MindSpore's values are recorded."""

    def tensor(self, value: object) -> tuple[str, Array, bool] | None:
        """See `Framework`."""
        if not isinstance(value, ms.Tensor):
            return None
        return dtype_name(value.dtype), to_array(value), False

    def dtype(self, value: object) -> str | None:
        """See `Framework`."""
        return dtype_name(value) if isinstance(value, ms.Type) else None


def dtype_name(dtype: object) -> str:
    """`float32` for mindspore.float32."""
    return str(dtype).lower()


def to_array(tensor: ms.Tensor) -> Array:
    """A copy as an array; bfloat16, unknown to numpy, as float32."""
    if tensor.dtype == ms.bfloat16:
        tensor = tensor.astype(ms.float32)
    array: Array = tensor.asnumpy().copy()
    return array


class _Execution:
    """One case being run."""

    def __init__(self, case: Case, namespace: Mapping[str, object], reference: Record, *, graph: bool) -> None:
        self.case = case
        self.graph = graph
        self.reference = reference
        self.arrays: dict[str, Array] = {}
        self.remarks: list[str] = []
        self.misplaced: list[str] = []
        self.namespace = dict(namespace)
        self.inputs = {name: ms.Tensor(generate(spec, f"{case.seed}/{name}")) for name, spec in case.inputs}
        seed_all()
        with during("build"):
            self.cell = self._build()
        if self.cell is not None and not graph:
            self._compare_modes(self.cell)
        self.parameters: dict[str, ms.Parameter] = {}
        self.placements: dict[str, Placement] = {}

    def _build(self) -> ms.nn.Cell | None:
        if self.case.build is None:
            return None
        cell = eval(self.case.build, self.namespace, dict(self.inputs))
        if not isinstance(cell, ms.nn.Cell):
            raise TypeError(f"{self.case.build} is no nn.Cell")
        return cell

    def _compare_modes(self, cell: ms.nn.Cell) -> None:
        """Whether the layers are in torch's modes when the program has made them."""
        cells = dict(cell.cells_and_names())
        modes = self.reference.modes
        other = [path for path, train in modes.items() if path in cells and bool(cells[path].training) != train]
        if other:
            mode = "training" if modes[other[0]] else "eval"
            self.remarks.append(f"made in {mode} mode in torch, and not in MindSpore: {', '.join(other)}")

    def built(self) -> Record:
        """The network without having run it."""
        parameters = {} if self.cell is None else dict(self.cell.parameters_and_names())
        return Record(
            parameters={
                path: Owned(str(p.name), tuple(p.shape), dtype_name(p.dtype), bool(p.requires_grad))
                for path, p in parameters.items()
            }
        )

    def load(self, layers: Mapping[str, LayerNames]) -> None:
        """Give every parameter the value it has in torch."""
        if self.cell is None:
            return
        self.cell.set_train(self.reference.train)
        own = dict(self.cell.parameters_and_names())
        entries = self.reference.entries
        placements = place(
            [Stored(entry.name, entry.shape, entry.same_as) for entry in entries],
            self.reference.modules,
            {name: tuple(parameter.shape) for name, parameter in own.items()},
            layers,
        )
        self.misplaced += [*placements.missing, *placements.mismatched]
        trainable = [name for name in placements.unexpected if own[name].requires_grad]
        for label, names in (
            ("missing in MindSpore", placements.missing),
            ("another shape in MindSpore", placements.mismatched),
            ("trainable in MindSpore only", trainable),
        ):
            if names:
                self.remarks.append(f"parameters {label}: {', '.join(names)}")
        if self.case.checkpoint is not None:
            self._load_checkpoint(self.cell, self.case.checkpoint)
        by_name = {entry.name: entry for entry in entries}
        for placement in placements.placed:
            parameter = own[placement.mindspore]
            if self.case.checkpoint is None:
                array = self.reference.arrays[f"state/{placement.torch}"]
                value = array.reshape(placement.stored_shape(array.shape))
                parameter.set_data(ms.Tensor(value).astype(parameter.dtype))
            self.parameters[placement.torch] = parameter
            self.placements[placement.torch] = placement
            if by_name[placement.torch].trainable != parameter.requires_grad:
                self.misplaced.append(placement.torch)
                self.remarks.append(
                    f"{placement.torch}: requires_grad is {by_name[placement.torch].trainable} in torch, "
                    f"{parameter.requires_grad} in MindSpore"
                )

    def _load_checkpoint(self, cell: ms.nn.Cell, path: str) -> None:
        kind = "safetensors" if path.endswith(".safetensors") else "ckpt"
        missing, unexpected = ms.load_param_into_net(cell, ms.load_checkpoint(path, format=kind))
        for label, names in (("not in the checkpoint", missing), ("of the checkpoint not in the network", unexpected)):
            if names:
                self.remarks.append(f"parameters {label}: {', '.join(names)}")

    def _look_again(self) -> None:
        """A network may have given a buffer another Parameter of the same name."""
        own = {} if self.cell is None else dict(self.cell.parameters_and_names())
        for name, placement in self.placements.items():
            self.parameters[name] = own.get(placement.mindspore, self.parameters[name])

    def _keep_state(self, prefix: str) -> None:
        self._look_again()
        for name in self.parameters:
            self._keep_parameter(prefix, name)

    def _keep_parameter(self, prefix: str, name: str) -> None:
        self.arrays[f"{prefix}/{name}"] = self._in_torch_shape(name, to_array(self.parameters[name]))

    def _in_torch_shape(self, name: str, array: Array) -> Array:
        axis = self.placements[name].axis
        return array if axis is None else np.squeeze(array, axis)

    def arguments(self) -> dict[str, ms.Tensor]:
        """Copies of the inputs that are passed to the call."""
        return {name: self.inputs[name].copy() for name in self.case.call_inputs}

    def _call(self, values: Mapping[str, ms.Tensor]) -> object:
        positional = [value for name, value in values.items() if name not in self.case.kwargs]
        keywords = {name: values[name] for name in self.case.kwargs} | dict(self.case.constants)
        if self.case.entry is not None:
            function = eval(self.case.entry, self.namespace)
            assert callable(function)
            if self.cell is not None:
                return function(self.cell, *positional, **keywords)
            return (ms.jit(function) if self.graph else function)(*positional, **keywords)
        assert self.cell is not None
        return self.cell(*positional, **keywords)

    def record(self) -> Record:
        """Run everything that is compared; in graph mode, results only."""
        case = self.case
        seed_all()
        before: Node | None = None
        evaluated: Node | None = None
        if self.cell is not None and case.entry is not None:
            output = self._encode(self._call(self.arguments()), "out")
            if not self.graph:
                self._keep_state("after")
            return self._recorded(None, output, None)
        if self.reference.before is not None:
            before = self._evaluate("before")
            if self.cell is not None and not self.graph:
                self._run_alone(self.cell)
        if self.cell is not None:
            self.cell.set_train(self.reference.train)
        if self.graph:
            output = self._encode(self._call(self.arguments()), "out")
        else:
            if self.cell is None or self.reference.derive_in_training is self.reference.train:
                output = self._differentiate(first=True)
            else:
                output = self._encode(self._call(self.arguments()), "out")
                self._keep_statistics()
                self.cell.set_train(False)
                self._differentiate(first=False)
            if self.cell is not None:
                evaluated = self._evaluate("eval")
            if not case.random:
                self._repeat()
        return self._recorded(before, output, evaluated)

    def recorded(self, result: object) -> Record:
        """The record of a function that has given this result."""
        return self._recorded(None, self._encode(result, "out"), None)

    def _recorded(self, before: Node | None, output: Node, evaluated: Node | None) -> Record:
        return Record(
            before=before,
            output=output,
            evaluated=evaluated,
            remarks=tuple(self.remarks),
            misplaced=tuple(self.misplaced),
            arrays=self.arrays,
        )

    def _evaluate(self, key: str) -> Node:
        assert self.cell is not None
        self.cell.set_train(False)
        return self._encode(self._call(self.arguments()), key)

    def _encode(self, result: object, key: str) -> Node:
        return Encoder(MindSporeValues(), self.arrays).encode(result, key)

    def _run_alone(self, network: ms.nn.Cell) -> None:
        """Layers by themselves on the values torch gave them; one without its twin is left out."""
        cells = dict(network.cells_and_names())
        for key, array in self.reference.arrays.items():
            if not key.startswith("probe/"):
                continue
            _, mode, path = key.split("/", 2)
            cell = cells.get(path)
            if cell is None:
                continue
            train = mode == "train"
            kept = [(name, one) for name, one in cell.parameters_and_names() if not one.requires_grad and train]
            statistics = {name: one.asnumpy().copy() for name, one in kept}
            cell.set_train(train)
            try:
                result = cell(ms.Tensor(array))
            except Exception:  # the model itself will show what is wrong
                _pynative_executor.clear_res()
            else:
                if isinstance(result, ms.Tensor):
                    self.arrays[f"alone/{path}"] = to_array(result)
            finally:
                now = dict(cell.parameters_and_names())
                for name, value in statistics.items():
                    now[name].set_data(ms.Tensor(value), slice_shape=True)

    def _scalar(self, result: object) -> ms.Tensor:
        if self.case.loss is not None:
            function = self.namespace[self.case.loss]
            assert callable(function)
            value = function(result)
            assert isinstance(value, ms.Tensor)
            return value
        assert self.reference.derived is not None
        total = ms.Tensor(0.0, ms.float32)
        for leaf in differentiable_tensors(self.reference.derived):
            tensor = pick(result, leaf.key)
            # What has another structure or shape is reported by the comparison of the outputs.
            if isinstance(tensor, ms.Tensor) and tuple(tensor.shape) == leaf.shape:
                weights = weighting(leaf.shape, f"{self.case.seed}/{leaf.key}")
                total = total + (tensor.astype(ms.float32) * ms.Tensor(weights)).sum()
        return total

    def _wanted(self) -> tuple[list[str], list[str]]:
        """The inputs and the parameters torch took a gradient of."""
        arrays = self.reference.arrays
        return (
            [name for name in self.case.call_inputs if f"input/{name}" in arrays],
            [name for name in self.parameters if f"grad/{name}" in arrays],
        )

    def _differentiate(self, *, first: bool) -> Node:
        """The gradients of a call, and the steps. `first`: the result of that call is compared too."""
        case = self.case
        wanted_inputs, wanted = self._wanted()
        if not wanted_inputs and not wanted:
            return self._kept(self._call(self.arguments()), first)
        results: list[object] = []
        differentiate = self._gradient(results)
        output: Node | None = None
        steps = case.steps if self.cell is not None else 0
        made: list[object] = []
        if steps and case.mindspore_optimizer is not None:
            with during("build"):
                made = steppers(case.mindspore_optimizer, self.namespace, self.cell)
        for _ in range(max(1, steps)):
            total, gradients = differentiate(*self.arguments().values())
            of_inputs, of_parameters = _split(gradients, bool(wanted_inputs), bool(wanted))
            if output is None:
                output = self._kept(results[0], first)
                for name, gradient in zip(wanted_inputs, of_inputs, strict=True):
                    self.arrays[f"input/{name}"] = to_array(gradient)
                for name, gradient in zip(wanted, of_parameters, strict=True):
                    self.arrays[f"grad/{name}"] = self._in_torch_shape(name, to_array(gradient))
            if steps:
                step_of([self.parameters[name] for name in wanted], of_parameters, case.rate, made, total)
        if steps:
            self._keep_state("after")
        assert output is not None
        return output

    def _kept(self, result: object, first: bool) -> Node:
        """The structure of a result; that of the first call is kept, and the statistics after it."""
        if not first:
            return Encoder(MindSporeValues()).encode(result, "out")
        node = self._encode(result, "out")
        self._keep_statistics()
        return node

    def _gradient(self, results: list[object]) -> Callable[..., tuple[ms.Tensor, object]]:
        """The function that gives the scalar and its gradients; results of the model are appended to `results`."""
        wanted_inputs, wanted = self._wanted()
        weights = ms.ParameterTuple([self.parameters[name] for name in wanted]) if wanted else None

        def forward(*values: ms.Tensor) -> ms.Tensor:
            results.append(self._call(dict(zip(self.case.call_inputs, values, strict=True))))
            return self._scalar(results[-1])

        positions = tuple(self.case.call_inputs.index(name) for name in wanted_inputs) or None
        function: Callable[..., tuple[ms.Tensor, object]] = ms.value_and_grad(forward, positions, weights)
        return function

    def _repeat(self) -> None:
        """Run what was compared again, with larger inputs between; what comes out differently is remarked.

        A network runs in eval mode, where its statistics stay as they are.
        """
        if self.case.repeats == 1 or (self.cell is not None and self.case.entry is not None):
            return
        if self.cell is not None:
            self.cell.set_train(False)
        first = self._once(self.arguments())
        if self.cell is None:
            first |= {key: array for key, array in self.arrays.items() if key in first}
        for number in range(2, self.case.repeats + 1):
            try:
                self._once(self._larger())
            except Exception:  # not every example takes them
                _pynative_executor.clear_res()
            again = self._once(self.arguments())
            for key, array in first.items():
                if key not in again or not _is_close(array, again[key]):
                    self.remarks.append(f"call {number} gives another {key} than the first one")

    def _once(self, values: Mapping[str, ms.Tensor]) -> dict[str, Array]:
        """The result of a call and its gradients, as arrays."""
        arrays: dict[str, Array] = {}
        wanted_inputs, wanted = self._wanted()
        results: list[object] = []
        if wanted_inputs or wanted:
            _, gradients = self._gradient(results)(*values.values())
            of_inputs, of_parameters = _split(gradients, bool(wanted_inputs), bool(wanted))
            named = [*zip(wanted_inputs, of_inputs, strict=True), *zip(wanted, of_parameters, strict=True)]
            arrays |= {
                f"{'input' if i < len(wanted_inputs) else 'grad'}/{n}": to_array(g) for i, (n, g) in enumerate(named)
            }
        else:
            results.append(self._call(values))
        Encoder(MindSporeValues(), arrays).encode(results[0], "out")
        return arrays

    def _larger(self) -> dict[str, ms.Tensor]:
        """The inputs, twice along the axis that those of the same length as the first one share."""
        arguments = self.arguments()
        length = next((value.shape[0] for value in arguments.values() if value.ndim), None)
        return {
            name: ms.Tensor(np.concatenate([to_array(value)] * 2)) if value.ndim and value.shape[0] == length else value
            for name, value in arguments.items()
        }

    def _keep_statistics(self) -> None:
        self._look_again()
        for name in self.parameters:
            if f"statistics/{name}" in self.reference.arrays:
                self._keep_parameter("statistics", name)

    def trace(self, tracer: Tracer, network: ms.nn.Cell) -> None:
        """One call with every layer watched; with gradients, those of the layers' outputs too."""
        request = tracer.request
        network.set_train(request.train)
        for path, cell in network.cells_and_names():
            register = functools.partial(_register, tracer)
            tracer.watch(path, cell, cell.construct, bool(cell.name_cells()), register)
        seed_all()
        if request.gradients:
            self._gradient([])(*self.arguments().values())
        else:
            self._call(self.arguments())

    def times(self) -> dict[str, float]:
        """Seconds of a call in eval mode, and of a call with its gradient."""
        assert self.cell is not None
        self.cell.set_train(False)

        def forward() -> None:
            _wait(self._call(self.arguments()))

        seconds = {"forward": median_seconds(forward)}
        if self._wanted()[1] and not self.graph:
            differentiate = self._gradient([])
            seconds["gradient"] = median_seconds(lambda: _wait(differentiate(*self.arguments().values())))
        return seconds


def _is_close(first: Array, second: Array) -> bool:
    """Whether two runs of the same code gave the same, but for the order of sums."""
    if first.shape != second.shape or first.dtype.kind not in "fc":
        return np.array_equal(first, second)
    scale = float(np.max(np.abs(first[np.isfinite(first)]), initial=0.0))
    return bool(np.allclose(first, second, rtol=0.0, atol=1e-5 * scale, equal_nan=True))


def _wait(result: object) -> None:
    """MindSpore computes behind the program's back: wait for the values."""
    Encoder(MindSporeValues()).encode(result, "")


def _register(tracer: Tracer, tensor: object, leaf: TensorNode) -> None:
    """Keep the gradient that arrives at a tensor."""
    if isinstance(tensor, ms.Tensor) and tensor.dtype == ms.float32:
        try:
            tensor.register_hook(lambda gradient: tracer.gradient(leaf, to_array(gradient)))
        except RuntimeError:
            tracer.detached(leaf)


def seed_all() -> None:
    """Seed every generator a model may draw from."""
    random.seed(0)
    np.random.seed(0)
    ms.set_seed(0)


@contextlib.contextmanager
def without_dropout() -> Iterator[None]:
    """Dropout functions and layers return their input."""
    with contextlib.ExitStack() as stack:
        for owner in (ms.ops, ms.mint, ms.mint.nn.functional):
            for name in vars(owner):
                if "dropout" in name and not name.startswith("_") and callable(getattr(owner, name)):
                    stack.enter_context(mock.patch.object(owner, name, _same))
        # The attention of a layer calls a function that has no public name.
        stack.enter_context(mock.patch.object(nn_func, "_inner_dropout", _same))
        for owner in (ms.nn, ms.mint.nn):
            for name, value in vars(owner).items():
                if "Dropout" in name and isinstance(value, type):
                    stack.enter_context(mock.patch.object(value, "construct", _same_in_cell))
        yield


def _same(input: ms.Tensor, *args: object, **kwargs: object) -> ms.Tensor:
    return input


def _same_in_cell(self: ms.nn.Cell, x: ms.Tensor) -> ms.Tensor:
    return x


def _split(gradients: object, inputs: bool, parameters: bool) -> tuple[tuple[ms.Tensor, ...], tuple[ms.Tensor, ...]]:
    """The gradients of inputs and of parameters, from what `value_and_grad` gives for this combination."""

    def several(value: object) -> tuple[ms.Tensor, ...]:
        return tuple(value) if isinstance(value, (tuple, list)) else (value,)

    if inputs and parameters:
        assert isinstance(gradients, tuple)
        return several(gradients[0]), several(gradients[1])
    return (several(gradients), ()) if inputs else ((), several(gradients))


def run(run: Run, job: Job, case: Case, loader: Loader) -> Record:
    """Run one case."""
    seed_all()
    try:
        with contextlib.ExitStack() as stack:
            if not case.dropout:
                stack.enter_context(without_dropout())
            if run.traces:
                stack.enter_context(origins_noted(ms.nn.Cell, is_program_file(job.program(run), job.source(run))))
            namespace = vars(loader.load(job, run))
            execution = _Execution(case, namespace, load(job.record(run.reference)), graph=run.in_graph)
            if run.builds:
                return execution.built()
            with during("weights"):
                execution.load(job.layers)
            if run.times:
                return Record(seconds=execution.times())
            if run.traces:
                assert execution.cell is not None
                tracer = Tracer(job.traced(run), MindSporeValues(), job.request)
                try:
                    execution.trace(tracer, execution.cell)
                finally:
                    tracer.write()
                return Record()
            return execution.record()
    except Exception:
        # An exception inside a differentiated function leaves the recorded graph behind: the next case would
        # fail with an error that is not its own.
        _pynative_executor.clear_res()
        raise


def together(run: Run, jobs: Sequence[Job], loader: Loader) -> Sequence[Record] | None:
    """Run functions of several cases as one graph; None where that fails, because of whichever of them."""
    seed_all()
    executions = []
    functions: dict[str, object] = {}
    arguments: dict[str, ms.Tensor] = {}
    calls = []
    try:
        for number, job in enumerate(jobs):
            namespace = vars(loader.load(job, run))
            case = job.case
            execution = _Execution(case, namespace, load(job.record(run.reference)), graph=True)
            executions.append(execution)
            assert case.entry is not None
            functions[f"f{number}"] = eval(case.entry, execution.namespace)
            given = []
            for name, value in execution.arguments().items():
                arguments[f"f{number}_{name}"] = value
                given.append(f"{name}=f{number}_{name}" if name in case.kwargs else f"f{number}_{name}")
            given += [f"{name}={value!r}" for name, value in case.constants]
            calls.append(f"        f{number}({', '.join(given)}),\n")
        source = jobs[0].folder / "together.py"
        source.write_text(f"def together({', '.join(arguments)}):\n    return (\n{''.join(calls)}    )\n")
        module = import_source(source)
        vars(module).update(functions)
        results = ms.jit(module.together)(*arguments.values())
        return [one.recorded(result) for one, result in zip(executions, results, strict=True)]
    except Exception:  # each of them is run alone then
        _pynative_executor.clear_res()
        return None


if __name__ == "__main__":
    asked = asked_run()
    ms.set_context(mode=ms.GRAPH_MODE if asked.in_graph else ms.PYNATIVE_MODE)
    if not (asked.in_graph or asked.times):
        mindspore.runtime.launch_blocking()
    serve(asked, functools.partial(run, asked), functools.partial(together, asked) if asked.in_graph else None)
