"""Worker process that runs converted cases in MindSpore, with the weights and inputs of the torch run.

Arrays are recorded under torch's names and in torch's shapes.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping

import mindspore as ms
import mindspore.runtime
import numpy as np
import numpy.typing as npt
from mindspore.common.api import _pynative_executor

from torch2ms.verify.case import Case
from torch2ms.verify.inputs import generate, weighting
from torch2ms.verify.job import Job, import_source, serve
from torch2ms.verify.values import Encoder, Node, Record, differentiable_tensors, load, pick
from torch2ms.weights.names import Placement, Stored, place

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


class _Run:
    """One case being run."""

    def __init__(self, job: Job, case: Case, graph: bool) -> None:
        self.case = case
        self.graph = graph
        self.layers = job.layers
        self.reference = load(job.record("torch"))
        self.arrays: dict[str, Array] = {}
        self.remarks: list[str] = []
        ms.set_seed(0)
        np.random.seed(0)
        self.namespace = vars(import_source(job.source("mindspore")))
        self.inputs = {name: ms.Tensor(generate(spec, f"{case.seed}/{name}")) for name, spec in case.inputs}
        self.cell = self._build()
        self.parameters: dict[str, ms.Parameter] = {}
        self.placements: dict[str, Placement] = {}
        if self.cell is not None:
            self.cell.set_train(case.train)
            self._load()

    def _build(self) -> ms.nn.Cell | None:
        if self.case.build is None:
            return None
        cell = eval(self.case.build, self.namespace, dict(self.inputs))
        if not isinstance(cell, ms.nn.Cell):
            raise TypeError(f"{self.case.build} is no nn.Cell")
        return cell

    def _load(self) -> None:
        """Give every parameter the value it has in torch."""
        assert self.cell is not None
        own = dict(self.cell.parameters_and_names())
        entries = self.reference.entries
        placements = place(
            [Stored(entry.name, entry.shape, entry.same_as) for entry in entries],
            self.reference.modules,
            {name: tuple(parameter.shape) for name, parameter in own.items()},
            self.layers,
        )
        trainable = [name for name in placements.unexpected if own[name].requires_grad]
        for label, names in (
            ("missing in MindSpore", placements.missing),
            ("another shape in MindSpore", placements.mismatched),
            ("trainable in MindSpore only", trainable),
        ):
            if names:
                self.remarks.append(f"parameters {label}: {', '.join(names)}")
        by_name = {entry.name: entry for entry in entries}
        for placement in placements.placed:
            parameter = own[placement.mindspore]
            array = self.reference.arrays[f"state/{placement.torch}"]
            value = array.reshape(placement.stored_shape(array.shape))
            parameter.set_data(ms.Tensor(value).astype(parameter.dtype))
            self.parameters[placement.torch] = parameter
            self.placements[placement.torch] = placement
            if by_name[placement.torch].trainable != parameter.requires_grad:
                self.remarks.append(
                    f"{placement.torch}: requires_grad is {by_name[placement.torch].trainable} in torch, "
                    f"{parameter.requires_grad} in MindSpore"
                )

    def _keep_state(self, prefix: str) -> None:
        for name, parameter in self.parameters.items():
            self.arrays[f"{prefix}/{name}"] = self._in_torch_shape(name, to_array(parameter))

    def _in_torch_shape(self, name: str, array: Array) -> Array:
        axis = self.placements[name].axis
        return array if axis is None else np.squeeze(array, axis)

    def _arguments(self) -> dict[str, ms.Tensor]:
        return {name: self.inputs[name].copy() for name in self.case.call_inputs}

    def _call(self, values: Mapping[str, ms.Tensor]) -> object:
        positional = [value for name, value in values.items() if name not in self.case.kwargs]
        keywords = {name: values[name] for name in self.case.kwargs} | dict(self.case.constants)
        function: Callable[..., object]
        if self.case.entry is not None:
            function = self.namespace[self.case.entry]
            if self.cell is not None:
                return function(self.cell, *positional, **keywords)
            return (ms.jit(function) if self.graph else function)(*positional, **keywords)
        assert self.cell is not None
        return self.cell(*positional, **keywords)

    def record(self) -> Record:
        ms.set_seed(0)
        evaluated: Node | None = None
        if self.graph:
            output = self._encode(self._call(self._arguments()), "out")
        elif self.case.build is not None and self.case.entry is not None:
            output = self._encode(self._call(self._arguments()), "out")
            self._keep_state("after")
        else:
            output = self._differentiate()
            if self.cell is not None:
                self.cell.set_train(False)
                evaluated = self._encode(self._call(self._arguments()), "eval")
        return Record("", output, evaluated, remarks=tuple(self.remarks), arrays=self.arrays)

    def _encode(self, result: object, key: str) -> Node:
        return Encoder(MindSporeValues(), self.arrays).encode(result, key)

    def _scalar(self, result: object) -> ms.Tensor:
        if self.case.loss is not None:
            value = self.namespace[self.case.loss](result)
            assert isinstance(value, ms.Tensor)
            return value
        assert self.reference.output is not None
        total = ms.Tensor(0.0, ms.float32)
        for leaf in differentiable_tensors(self.reference.output):
            tensor = pick(result, leaf.key)
            # What has another structure or shape is reported by the comparison of the outputs.
            if isinstance(tensor, ms.Tensor) and tuple(tensor.shape) == leaf.shape:
                weights = weighting(leaf.shape, f"{self.case.seed}/{leaf.key}")
                total = total + (tensor.astype(ms.float32) * ms.Tensor(weights)).sum()
        return total

    def _differentiate(self) -> Node:
        case = self.case
        wanted_inputs = [name for name in case.call_inputs if f"input/{name}" in self.reference.arrays]
        wanted = [name for name in self.parameters if f"grad/{name}" in self.reference.arrays]
        if not wanted_inputs and not wanted:
            return self._encode(self._call(self._arguments()), "out")
        weights = ms.ParameterTuple([self.parameters[name] for name in wanted]) if wanted else None
        results: list[object] = []

        def forward(*values: ms.Tensor) -> ms.Tensor:
            results.append(self._call(dict(zip(case.call_inputs, values, strict=True))))
            return self._scalar(results[-1])

        positions = tuple(case.call_inputs.index(name) for name in wanted_inputs) or None
        differentiate = ms.value_and_grad(forward, positions, weights)
        output: Node | None = None
        steps = case.steps if self.cell is not None else 0
        for _ in range(max(1, steps)):
            _, gradients = differentiate(*self._arguments().values())
            of_inputs, of_parameters = _split(gradients, bool(wanted_inputs), bool(wanted))
            if output is None:
                output = self._encode(results[0], "out")
                for name, gradient in zip(wanted_inputs, of_inputs, strict=True):
                    self.arrays[f"input/{name}"] = to_array(gradient)
                for name, gradient in zip(wanted, of_parameters, strict=True):
                    self.arrays[f"grad/{name}"] = self._in_torch_shape(name, to_array(gradient))
            if steps:
                for name, gradient in zip(wanted, of_parameters, strict=True):
                    parameter = self.parameters[name]
                    value = parameter.asnumpy() - case.rate * gradient.asnumpy()
                    parameter.set_data(ms.Tensor(value, parameter.dtype))
        if steps:
            self._keep_state("after")
        assert output is not None
        return output


def _split(gradients: object, inputs: bool, parameters: bool) -> tuple[tuple[ms.Tensor, ...], tuple[ms.Tensor, ...]]:
    """The gradients of inputs and of parameters, from what `value_and_grad` gives for this combination."""

    def several(value: object) -> tuple[ms.Tensor, ...]:
        return tuple(value) if isinstance(value, (tuple, list)) else (value,)

    if inputs and parameters:
        assert isinstance(gradients, tuple)
        return several(gradients[0]), several(gradients[1])
    return (several(gradients), ()) if inputs else ((), several(gradients))


def run(graph: bool, job: Job, case: Case) -> Record:
    """Run one case."""
    try:
        return _Run(job, case, graph).record()
    except Exception:
        # An exception inside a differentiated function leaves the recorded graph behind: the next case would
        # fail with an error that is not its own.
        _pynative_executor.clear_res()
        raise


if __name__ == "__main__":
    in_graph = "graph" in sys.argv[1:]
    ms.set_context(mode=ms.GRAPH_MODE if in_graph else ms.PYNATIVE_MODE)
    if not in_graph:
        mindspore.runtime.launch_blocking()
    serve(functools.partial(run, in_graph))
