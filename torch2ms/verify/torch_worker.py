"""Worker process that runs cases in PyTorch: the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import torch

from torch2ms.verify.case import Case
from torch2ms.verify.inputs import generate, generator, weighting
from torch2ms.verify.job import Job, import_source, serve
from torch2ms.verify.values import (
    Encoder,
    Entry,
    Node,
    Record,
    differentiable_tensors,
    pick,
)

Array = npt.NDArray[np.generic]


class TorchValues:
    """How torch's values are recorded."""

    def tensor(self, value: object) -> tuple[str, Array, bool] | None:
        """See `Framework`."""
        if not isinstance(value, torch.Tensor):
            return None
        differentiable = value.requires_grad and value.is_floating_point()
        return dtype_name(value.dtype), to_array(value), differentiable

    def dtype(self, value: object) -> str | None:
        """See `Framework`."""
        return dtype_name(value) if isinstance(value, torch.dtype) else None


def dtype_name(dtype: torch.dtype) -> str:
    """`float32` for torch.float32."""
    return str(dtype).removeprefix("torch.")


def to_array(tensor: torch.Tensor) -> Array:
    """A copy as an array; bfloat16, unknown to numpy, as float32."""
    value = tensor.detach().float() if tensor.dtype == torch.bfloat16 else tensor
    array: Array = value.numpy(force=True).copy()
    return array


def canonical_classes(module: torch.nn.Module) -> tuple[str, ...]:
    """The names of a module's classes below Module, nearest first, torch's own in their public form."""
    names: list[str] = []
    for cls in type(module).__mro__:
        if cls is torch.nn.Module:
            break
        public = getattr(torch.nn, cls.__name__, None) is cls
        names.append(f"torch.nn.{cls.__name__}" if public else f"{cls.__module__}.{cls.__qualname__}")
    return tuple(names)


def perturb(module: torch.nn.Module, seed: str) -> None:
    """Replace what starts as a constant by random values, so that nothing is checked at zero or one only."""
    rng = generator(f"{seed}/state")
    with torch.no_grad():
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if not tensor.is_floating_point() or tensor.numel() == 0:
                continue
            leaf = name.rpartition(".")[2]
            if leaf == "running_var":
                tensor.copy_(torch.from_numpy(rng.uniform(0.5, 1.5, tuple(tensor.shape))))
            elif leaf == "running_mean" or (
                isinstance(tensor, torch.nn.Parameter) and bool((tensor == tensor.flatten()[0]).all())
            ):
                noise = np.asarray(0.2 * rng.normal(size=tuple(tensor.shape)))
                tensor.add_(torch.from_numpy(noise).to(tensor.dtype))


def state_entries(module: torch.nn.Module) -> tuple[Entry, ...]:
    """The state dict, with trainability and sharing."""
    trainable = {name for name, p in module.named_parameters(remove_duplicate=False) if p.requires_grad}
    first: dict[int, str] = {}
    entries = []
    for name, tensor in module.state_dict(keep_vars=True).items():
        if not isinstance(tensor, torch.Tensor):
            continue
        known = first.setdefault(id(tensor), name)
        entries.append(Entry(name, tuple(tensor.shape), name in trainable, "" if known == name else known))
    return tuple(entries)


def scalar(result: object, node: Node, seed: str) -> torch.Tensor | None:
    """A random weighting of the differentiable tensors of a result; None when there are none."""
    total: torch.Tensor | None = None
    for leaf in differentiable_tensors(node):
        tensor = pick(result, leaf.key)
        assert isinstance(tensor, torch.Tensor)
        term = (tensor.float() * torch.from_numpy(weighting(leaf.shape, f"{seed}/{leaf.key}"))).sum()
        total = term if total is None else total + term
    return total


class _Run:
    """One case being run."""

    def __init__(self, job: Job, case: Case) -> None:
        self.case = case
        self.arrays: dict[str, Array] = {}
        torch.manual_seed(0)
        self.namespace = vars(import_source(job.source("torch")))
        self.inputs = {name: torch.from_numpy(generate(spec, f"{case.seed}/{name}")) for name, spec in case.inputs}
        self.module = self._build()
        self.entries: tuple[Entry, ...] = ()
        self.modules: Mapping[str, tuple[str, ...]] = {}
        if self.module is not None:
            self._call_lazily()
            perturb(self.module, case.seed)
            self.entries = state_entries(self.module)
            self.modules = {path: canonical_classes(child) for path, child in self.module.named_modules()}
            self._keep_state("state")
            self.module.train(case.train)

    def _build(self) -> torch.nn.Module | None:
        if self.case.build is None:
            return None
        module = eval(self.case.build, self.namespace, dict(self.inputs))
        if not isinstance(module, torch.nn.Module):
            raise TypeError(f"{self.case.build} is no nn.Module")
        return module

    def _call_lazily(self) -> None:
        """Let lazy modules find their shapes."""
        assert self.module is not None
        if any(torch.nn.parameter.is_lazy(parameter) for parameter in self.module.parameters()):
            self.module(*self._arguments({})[0])

    def _keep_state(self, prefix: str) -> None:
        assert self.module is not None
        state = self.module.state_dict()
        for entry in self.entries:
            self.arrays[f"{prefix}/{entry.name}"] = to_array(state[entry.name])

    def _arguments(self, leaves: Mapping[str, torch.Tensor]) -> tuple[list[torch.Tensor], dict[str, object]]:
        """Arguments of the call: copies, so that the example may change them in place."""
        values = {name: leaves.get(name, self.inputs[name]).clone() for name in self.case.call_inputs}
        keywords: dict[str, object] = {name: values.pop(name) for name in self.case.kwargs}
        return list(values.values()), keywords | dict(self.case.constants)

    def _call(self, leaves: Mapping[str, torch.Tensor]) -> object:
        positional, keywords = self._arguments(leaves)
        function: Callable[..., object]
        if self.case.entry is not None:
            function = self.namespace[self.case.entry]
            return function(*self._modules(), *positional, **keywords)
        assert self.module is not None
        return self.module(*positional, **keywords)

    def _modules(self) -> list[torch.nn.Module]:
        return [] if self.module is None else [self.module]

    def record(self) -> Record:
        case = self.case
        torch.manual_seed(0)
        evaluated: Node | None = None
        if case.build is not None and case.entry is not None:
            output = self._procedure()
        else:
            output = self._differentiate()
            if self.module is not None:
                self.module.eval()
                with torch.no_grad():
                    evaluated = self._encode(self._call({}), "eval")
        return Record("", output, evaluated, self.entries, self.modules, (), self.arrays)

    def _encode(self, result: object, key: str) -> Node:
        encoder = Encoder(TorchValues(), self.arrays)
        return encoder.encode(result, key)

    def _procedure(self) -> Node:
        assert self.module is not None
        output = self._encode(self._call({}), "out")
        self._keep_state("after")
        return output

    def _differentiate(self) -> Node:
        case = self.case
        wanted = case.gradients and not case.random
        leaves = {
            name: self.inputs[name].clone().requires_grad_()
            for name, spec in case.inputs
            if wanted and spec.floating and name in case.call_inputs
        }
        result = self._call(leaves)
        output = self._encode(result, "out")
        if not wanted:
            return output
        total = self._scalar(result, output)
        if total is None or not total.requires_grad:
            return output
        total.backward()  # type: ignore[no-untyped-call]
        for name, leaf in leaves.items():
            self.arrays[f"input/{name}"] = _gradient(leaf)
        if self.module is None:
            return output
        parameters = {
            entry.name: self.module.get_parameter(entry.name)
            for entry in self.entries
            if entry.trainable and not entry.same_as
        }
        for name, parameter in parameters.items():
            self.arrays[f"grad/{name}"] = _gradient(parameter)
        for step in range(case.steps):
            if step:
                result = self._call({})
                total = self._scalar(result, self._structure(result))
                assert total is not None
                total.backward()  # type: ignore[no-untyped-call]
            with torch.no_grad():
                for parameter in parameters.values():
                    if parameter.grad is not None:
                        parameter.sub_(parameter.grad, alpha=case.rate)
                        parameter.grad = None
        if case.steps:
            self._keep_state("after")
        return output

    def _structure(self, result: object) -> Node:
        return Encoder(TorchValues()).encode(result, "out")

    def _scalar(self, result: object, output: Node) -> torch.Tensor | None:
        if self.case.loss is None:
            return scalar(result, output, self.case.seed)
        value = self.namespace[self.case.loss](result)
        assert isinstance(value, torch.Tensor)
        return value


def _gradient(tensor: torch.Tensor) -> Array:
    return to_array(torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)


def run(job: Job, case: Case) -> Record:
    """Run one case."""
    return _Run(job, case).record()


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(run)
