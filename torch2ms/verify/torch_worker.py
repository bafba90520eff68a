"""Worker process that runs cases in PyTorch: the reference."""

from __future__ import annotations

import ast
import contextlib
import copy
import dataclasses
import functools
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
import torch

from torch2ms.verify.alone import Probes
from torch2ms.verify.case import Case
from torch2ms.verify.compare import derivative_noise
from torch2ms.verify.inputs import generate, generator, weighting
from torch2ms.verify.job import Job, Loader, Run, asked_run, during, serve
from torch2ms.verify.program import is_program_file
from torch2ms.verify.timing import median_seconds
from torch2ms.verify.torch_steps import gradient_of, step_of, steppers, to_array
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
from torch2ms.weights.convert import wrapper_prefix
from torch2ms.weights.description import Entry
from torch2ms.weights.read import read_checkpoint
from torch2ms.weights.tensor import StoredTensor

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


def canonical_classes(module: torch.nn.Module) -> tuple[str, ...]:
    """The names of a module's classes below Module, nearest first, torch's own in their public form.

    Others have the name under which they are defined, then those under which packages above offer them.
    """
    names: list[str] = []
    for cls in type(module).__mro__:
        if cls is torch.nn.Module:
            break
        if getattr(torch.nn, cls.__name__, None) is cls:
            names.append(f"torch.nn.{cls.__name__}")
        else:
            names += [f"{cls.__module__}.{cls.__qualname__}", *_offered(cls)]
    return tuple(names)


def _offered(cls: type) -> Iterator[str]:
    package = cls.__module__.rpartition(".")[0]
    while package:
        if getattr(sys.modules.get(package), cls.__name__, None) is cls:
            yield f"{package}.{cls.__name__}"
        package = package.rpartition(".")[0]


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


def _put_back(module: torch.nn.Module, state: Mapping[str, torch.Tensor]) -> None:
    """Give a module the values it had. A buffer that was None may have become a tensor, others may have grown."""
    now = module.state_dict()
    same = {name: tensor for name, tensor in state.items() if name not in now or now[name].shape == tensor.shape}
    module.load_state_dict(same, strict=False)
    for name in state.keys() - same.keys():
        owner, _, leaf = name.rpartition(".")
        value = state[name].clone()
        was = getattr(module.get_submodule(owner), leaf)
        setattr(
            module.get_submodule(owner),
            leaf,
            torch.nn.Parameter(value) if isinstance(was, torch.nn.Parameter) else value,
        )


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


class _Execution:
    """One case being run. `precise`: in float64, with the weights of `state`."""

    def __init__(
        self,
        case: Case,
        namespace: Mapping[str, object],
        *,
        state: Mapping[str, Array] | None = None,
        precise: bool = False,
    ) -> None:
        self.case = case
        self.arrays: dict[str, Array] = {}
        self.namespace = dict(namespace)
        self.precise = precise
        self.inputs = {name: torch.from_numpy(generate(spec, f"{case.seed}/{name}")) for name, spec in case.inputs}
        seed_all()
        with during("build"):
            self.module = self._build()
        self.modes = _modes(self.module) if self._is_made_by_function() and self.module is not None else {}
        self.entries: tuple[Entry, ...] = ()
        self.modules: Mapping[str, tuple[str, ...]] = {}
        if precise:
            self.inputs = {name: x.double() if x.is_floating_point() else x for name, x in self.inputs.items()}
        if self.module is not None:
            with during("weights"):
                self._load(self.module, state)
            self.entries = state_entries(self.module)
            self.modules = {path: canonical_classes(child) for path, child in self.module.named_modules()}
            if precise:
                self.module.double()
            self._keep_state("state")
            self.module.train(case.train)

    def _build(self) -> torch.nn.Module | None:
        if self.case.build is None:
            return None
        module = eval(self.case.build, self.namespace, dict(self.inputs))
        if not isinstance(module, torch.nn.Module):
            raise TypeError(f"{self.case.build} is no nn.Module")
        if not self.case.dropout:
            # That between the layers of a recurrent one is not a function that could be replaced.
            for child in module.modules():
                if isinstance(child, torch.nn.RNNBase):
                    child.dropout = 0.0
        if any(torch.nn.parameter.is_lazy(parameter) for parameter in module.parameters()):
            module(*self._arguments({})[0])  # lazy modules find their shapes
        return module

    def _is_made_by_function(self) -> bool:
        """Whether a function of the program makes the module: only then has the program chosen its mode."""
        match ast.parse(self.case.build or "None", mode="eval").body:
            case ast.Call(func=func):
                return inspect.isfunction(eval(ast.unparse(func), self.namespace))
        return False

    def _load(self, module: torch.nn.Module, state: Mapping[str, Array] | None) -> None:
        if state is not None:
            own = module.state_dict(keep_vars=True)
            with torch.no_grad():
                for name, array in state.items():
                    own[name].copy_(torch.from_numpy(array))
        elif self.case.weights is not None:
            module.load_state_dict(read_weights(self.case.weights, self.case.key, module))
        else:
            perturb(module, self.case.seed)

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

    def call(self, leaves: Mapping[str, torch.Tensor]) -> object:
        """Call the function, or the module, of the case."""
        positional, keywords = self._arguments(leaves)
        if self.case.entry is not None:
            function = eval(self.case.entry, self.namespace)
            assert callable(function)
            return function(*self._modules(), *positional, **keywords)
        assert self.module is not None
        return self.module(*positional, **keywords)

    def _modules(self) -> list[torch.nn.Module]:
        return [] if self.module is None else [self.module]

    def built(self) -> Record:
        """The module without having run it."""
        return Record(entries=self.entries, modules=self.modules)

    def record(self, train: bool, *, derive_in_training: bool = True, probe: bool = False) -> Record:
        """Run everything that is compared; the first call is made in this mode.

        Gradients are taken in it too, unless `derive_in_training` is False. `probe`: layers by themselves too.
        """
        case = self.case
        derive_in_training = derive_in_training and train
        derived: Node | None = None
        seed_all()
        before: Node | None = None
        evaluated: Node | None = None
        if case.build is not None and case.entry is not None:
            output = self._procedure(train)
        else:
            if case.thorough and self.module is not None:
                before = self._probed() if probe else self._evaluate("before")
            if self.module is not None:
                self.module.train(train)
            if self.module is None or derive_in_training is train:
                output = derived = self._differentiate(first=True)
            else:
                with torch.no_grad():
                    output = self._encode(self.call({}), "out")
                self._keep_statistics(self.module)
                self.module.eval()
                derived = self._differentiate(first=False)
            if self.module is not None:
                evaluated = self._evaluate("eval")
        return Record(
            before=before,
            output=output,
            evaluated=evaluated,
            entries=self.entries,
            modules=self.modules,
            train=train,
            derive_in_training=derive_in_training,
            derived=derived,
            modes=self.modes,
            arrays=self.arrays,
        )

    def _probed(self) -> Node:
        assert self.module is not None
        with Probes(self.module) as probes:
            before = self._evaluate("before")
        self.arrays |= probes.run()
        return before

    def _evaluate(self, key: str) -> Node:
        assert self.module is not None
        self.module.eval()
        with torch.no_grad():
            return self._encode(self.call({}), key)

    def _encode(self, result: object, key: str) -> Node:
        encoder = Encoder(TorchValues(), self.arrays)
        return encoder.encode(result, key)

    def _procedure(self, train: bool) -> Node:
        assert self.module is not None
        self.module.train(train)
        output = self._encode(self.call({}), "out")
        self._keep_state("after")
        return output

    def _training_output(self, seed: int) -> dict[str, Array]:
        """What a call in training mode gives, with random numbers of a seed."""
        assert self.module is not None
        seed_all(seed)
        arrays: dict[str, Array] = {}
        self.module.train()
        with torch.no_grad():
            Encoder(TorchValues(), arrays).encode(self.call({}), "out")
        return arrays

    def is_random_in_training(self) -> bool:
        """Whether two calls in training mode with the same weights differ."""
        assert self.module is not None
        state = {name: tensor.clone() for name, tensor in self.module.state_dict().items()}
        results = []
        module = self.module
        for seed in (0, 1):
            # What a call leaves in plain attributes must not be there in the calls that are compared.
            self.module = _copied(module)
            try:
                results.append(self._training_output(seed))
            except Exception:  # hooks of a copy may still work on the module it was copied from
                if self.module is module:
                    raise
                self.module = module
                results.append(self._training_output(seed))
            _put_back(self.module, state)
        self.module = module
        first, second = results
        return first.keys() != second.keys() or any(
            not np.array_equal(array, second[key], equal_nan=array.dtype.kind in "fc") for key, array in first.items()
        )

    def _leaves(self) -> dict[str, torch.Tensor]:
        """The inputs a gradient is taken of."""
        return {
            name: self.inputs[name].clone().requires_grad_()
            for name, spec in self.case.inputs
            if spec.floating and name in self.case.call_inputs
        }

    def _differentiate(self, *, first: bool) -> Node:
        """The gradients of a call, and the steps. `first`: the result of that call is compared too."""
        case = self.case
        wanted = case.gradients and not case.random
        leaves = self._leaves() if wanted else {}
        result = self.call(leaves)
        output = self._encode(result, "out") if first else self._structure(result)
        if first and self.module is not None:
            self._keep_statistics(self.module)
        if not wanted:
            return output
        total = self._scalar(result, output)
        if total is None or not total.requires_grad:
            return output
        total.backward()  # type: ignore[no-untyped-call]
        for name, leaf in leaves.items():
            self.arrays[f"input/{name}"] = gradient_of(leaf)
        if self.module is None:
            return output
        parameters = {
            entry.name: self.module.get_parameter(entry.name)
            for entry in self.entries
            if entry.trainable and not entry.same_as
        }
        for name, parameter in parameters.items():
            self.arrays[f"grad/{name}"] = gradient_of(parameter)
        made: list[object] = []
        if case.steps and case.optimizer is not None:
            with during("build"):
                made = steppers(case.optimizer, self.namespace, self.module)
        for step in range(case.steps):
            if step:
                result = self.call({})
                total = self._scalar(result, self._structure(result)) if parameters else None
                if total is not None:
                    total.backward()  # type: ignore[no-untyped-call]
            derived = [parameter for parameter in parameters.values() if parameter.grad is not None]
            step_of(derived, case.rate, made, total)
        if case.steps:
            self._keep_state("after")
        return output

    def _keep_statistics(self, module: torch.nn.Module) -> None:
        """Buffers a call in training mode updates."""
        own = {name for name, _ in module.named_buffers(remove_duplicate=False)}
        state = module.state_dict()
        for entry in self.entries:
            if entry.name in own and module.training and state[entry.name].is_floating_point():
                self.arrays[f"statistics/{entry.name}"] = to_array(state[entry.name])

    def _structure(self, result: object) -> Node:
        return Encoder(TorchValues()).encode(result, "out")

    def _scalar(self, result: object, output: Node) -> torch.Tensor | None:
        if self.case.loss is None:
            return scalar(result, output, self.case.seed)
        function = self.namespace[self.case.loss]
        assert callable(function)
        value = function(result)
        assert isinstance(value, torch.Tensor)
        return value

    def trace(self, tracer: Tracer, module: torch.nn.Module) -> None:
        """One call with every layer watched; with gradients, those of the layers' outputs too."""
        request = tracer.request
        module.train(request.train)
        for path, child in module.named_modules():
            children = any(True for _ in child.children())
            tracer.watch(path, child, child.forward, children, functools.partial(_register, tracer))
        seed_all()
        with torch.enable_grad() if request.gradients else torch.no_grad():
            result = self.call(self._leaves() if request.gradients else {})
            if request.gradients:
                total = self._scalar(result, self._structure(result))
                if total is not None and total.requires_grad:
                    total.backward()  # type: ignore[no-untyped-call]

    def times(self) -> dict[str, float]:
        """Seconds of a call in eval mode, and of a call with its gradient."""
        assert self.module is not None
        self.module.eval()

        def forward() -> None:
            with torch.no_grad():
                self.call({})

        seconds = {"forward": median_seconds(forward)}
        parameters = [parameter for parameter in self.module.parameters() if parameter.requires_grad]

        def gradient() -> None:
            result = self.call({})
            total = self._scalar(result, self._structure(result))
            assert total is not None
            torch.autograd.grad(total, parameters, allow_unused=True)

        if self.case.gradients and parameters:
            seconds["gradient"] = median_seconds(gradient)
        return seconds


def _register(tracer: Tracer, tensor: object, leaf: TensorNode) -> None:
    """Keep the gradient that arrives at a tensor."""
    if isinstance(tensor, torch.Tensor) and leaf.differentiable:
        tensor.register_hook(lambda gradient: tracer.gradient(leaf, to_array(gradient)))  # type: ignore[no-untyped-call]


_KNOW_THE_MODE = (torch.nn.modules.dropout._DropoutNd, torch.nn.modules.batchnorm._BatchNorm, torch.nn.RReLU)


def _modes(module: torch.nn.Module) -> dict[str, bool]:
    """The layers that compute otherwise in training mode, and whether they are in it."""
    return {path: child.training for path, child in module.named_modules() if isinstance(child, _KNOW_THE_MODE)}


def _copied(module: torch.nn.Module) -> torch.nn.Module:
    """A copy of a module; the module itself where it holds something that cannot be copied."""
    try:
        return copy.deepcopy(module)
    except Exception:
        return module


def seed_all(seed: int = 0) -> None:
    """Seed every generator a model may draw from."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@contextlib.contextmanager
def float64() -> Iterator[None]:
    """New tensors are float64 unless a type is given."""
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextlib.contextmanager
def without_dropout() -> Iterator[None]:
    """Dropout functions, which the layers call too, return their input."""
    functional = torch.nn.functional
    with contextlib.ExitStack() as stack:
        for owner in (functional, torch):
            for name in vars(owner):
                if "dropout" in name and not name.startswith("_"):
                    stack.enter_context(mock.patch.object(owner, name, _same))
        attention = functools.partial(_attention, functional.scaled_dot_product_attention)
        stack.enter_context(mock.patch.object(functional, "scaled_dot_product_attention", attention))
        yield


def _same(input: torch.Tensor, *args: object, **kwargs: object) -> torch.Tensor:
    return input


def _attention(
    original: Callable[..., torch.Tensor],
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    dropout_p: float = 0.0,
    *rest: object,
    **options: object,
) -> torch.Tensor:
    """The attention of torch, without its dropout."""
    return original(query, key, value, attn_mask, 0.0, *rest, **options)


def read_weights(path: str, key: str | None, module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The state dict in a checkpoint file, under the names the module has. Raises WeightsError."""
    stored = read_checkpoint(Path(path), key or "").tensors
    prefix = wrapper_prefix([tensor.name for tensor in stored], module.state_dict().keys())
    return {tensor.name.removeprefix(prefix): _read_tensor(tensor) for tensor in stored}


def _read_tensor(stored: StoredTensor) -> torch.Tensor:
    dtype = getattr(torch, stored.dtype.value)
    if stored.count == 0:
        return torch.empty(stored.shape, dtype=dtype)
    return torch.frombuffer(bytearray(stored.content()), dtype=dtype).reshape(stored.shape)


def measure_noise(case: Case, namespace: Mapping[str, object], record: Record) -> dict[str, float] | None:
    """The largest deviation of each float32 array from the same run in float64; None if that does not run."""
    state = _state(record)
    try:
        with float64():
            execution = _Execution(case, namespace, state=state, precise=True)
            exact = execution.record(record.train, derive_in_training=record.derive_in_training)
    except Exception:
        return None
    return {
        key: deviation
        for key, array in record.arrays.items()
        if key in exact.arrays and (deviation := _deviation(array, exact.arrays[key])) is not None
    }


def _state(record: Record) -> dict[str, Array]:
    """The weights a recorded run began with."""
    return {key.removeprefix("state/"): array for key, array in record.arrays.items() if key.startswith("state/")}


def _deviation(array: Array, exact: Array) -> float | None:
    if array.dtype.kind != "f" or array.shape != exact.shape or array.size == 0:
        return None
    difference = np.abs(array.astype(np.float64) - exact.astype(np.float64))
    finite = difference[np.isfinite(difference)]
    return float(finite.max()) if finite.size else None


def run(run: Run, job: Job, case: Case, loader: Loader) -> Record:
    """Run one case."""
    seed_all()
    with contextlib.ExitStack() as stack:
        if not case.dropout:
            stack.enter_context(without_dropout())
        if run.traces:
            stack.enter_context(origins_noted(torch.nn.Module, is_program_file(job.program(run), job.source(run))))
        namespace = vars(loader.load(job, run))
        if run.traces or run.times:
            execution = _Execution(case, namespace, state=_state(load(job.record(Run.TORCH))))
            if run.times:
                return Record(seconds=execution.times())
            assert execution.module is not None
            tracer = Tracer(job.traced(run), TorchValues(), job.request)
            try:
                execution.trace(tracer, execution.module)
            finally:
                tracer.write()
            return Record()
        execution = _Execution(case, namespace)
        if run.builds:
            return execution.built()
        return _full(case, namespace, execution)


# Noise of gradients above this, ten times what is accepted of them, hides more than it should.
_ILL_CONDITIONED = 1e-3


def _full(case: Case, namespace: Mapping[str, object], execution: _Execution) -> Record:
    train = case.train
    if not case.thorough or execution.module is None or case.entry is not None:
        return execution.record(train)
    remarks = []
    if train and execution.is_random_in_training():
        train = False
        remarks.append("training mode is random: gradients and steps are compared in eval mode")
    record = execution.record(train, probe=True)
    noise = measure_noise(case, namespace, record)
    worst = 0.0 if noise is None else derivative_noise(record.arrays, noise)
    if train and worst > _ILL_CONDITIONED:
        state = _state(record)
        record = _Execution(case, namespace, state=state).record(train, derive_in_training=False, probe=True)
        noise = measure_noise(case, namespace, record)
        remarks.append(
            f"in training mode torch's own noise of gradients and steps is {worst:.1e}, so they are compared in eval "
            "mode: a batch norm over few values makes much of rounding (a larger batch or image helps)"
        )
    if noise is None:
        remarks.append("the rounding noise of torch could not be measured: the model does not run in float64")
    return dataclasses.replace(record, noise=noise, remarks=tuple(remarks))


if __name__ == "__main__":
    torch.set_num_threads(1)
    asked = asked_run()
    serve(asked, functools.partial(run, asked))
