"""What the tables tell the analysis about torch names: canonical names, results, which functions take tensors."""

from __future__ import annotations

from functools import cached_property

from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.schema import Tables
from torch2ms.source import kinds as k
from torch2ms.source.members import TENSOR_PARAMETERS, TENSOR_PROPERTIES

_NAMED: dict[str, k.Kind] = {
    "tensor": k.TENSOR,
    "tensors": k.Seq("tuple", k.TENSOR),
    "list_tensors": k.Seq("list", k.TENSOR),
    "parameter": k.PARAMETER,
    "shape": k.SHAPE,
    "int": k.INT,
    "float": k.FLOAT,
    "number": k.NUMBER,
    "bool": k.BOOL,
    "str": k.STR,
    "strs": k.Seq("list", k.STR),
    "none": k.NONE,
    "dtype": k.DTYPE,
    "device": k.DEVICE,
    "list": k.Seq("list"),
    "ndarray": k.NDARRAY,
    "unknown": k.UNKNOWN,
    "other": k.OTHER,
    "self": k.UNKNOWN,
}


def is_model(name: str) -> bool:
    """Whether a name belongs to torchvision's models: plain modules, whose source converts like any other."""
    return name.startswith("torchvision.models.")


def named_kind(text: str) -> k.Kind:
    """The kind a row's `returns:` names.

    >>> named_kind("tuple:tensor,int").items
    (Plain(name='tensor'), Plain(name='int'))
    """
    head, _, rest = text.partition(":")
    parts = [p.strip() for p in rest.split(",") if p.strip()]
    if head == "named":
        return k.Named(tuple(parts))
    if head == "tuple" and parts:
        items = tuple(named_kind(p) for p in parts)
        return k.Seq("tuple", k.join_all(items), items)
    return _NAMED.get(text, k.UNKNOWN)


_OF_DISTRIBUTIONS: dict[str, k.Kind] = {
    **dict.fromkeys(("batch_shape", "event_shape"), k.SHAPE),
    **dict.fromkeys(("base_dist", "expand", "support", "arg_constraints"), k.UNKNOWN),
    "has_rsample": k.BOOL,
}
"""What members of distributions give, if no tensor."""
_LITERAL_RETURNS: dict[str, k.Kind] = {
    "torch.nn.ParameterList": k.Module(("torch.nn.ParameterList",), k.PARAMETER),
    "torch.nn.ParameterDict": k.Module(("torch.nn.ParameterDict",), k.PARAMETER),
    "torch.nn.Parameter": k.PARAMETER,
    "torch.nn.Buffer": k.BUFFER,
    "torch.nn.Embedding.from_pretrained": k.Module(("torch.nn.Embedding",)),
    "torch.device": k.DEVICE,
    "torch.finfo": k.OTHER,
    "torch.iinfo": k.OTHER,
    "torch.Size": k.SHAPE,
    "torch.is_tensor": k.BOOL,
    "torch.is_floating_point": k.BOOL,
    "torch.is_complex": k.BOOL,
    "torch.equal": k.BOOL,
    "torch.allclose": k.BOOL,
    "torch.numel": k.INT,
    "torch.load": k.UNKNOWN,
    "torch.save": k.NONE,
    "torch.manual_seed": k.OTHER,
}
for _name in ("Float", "Double", "Half", "Long", "Int", "Short", "Bool", "Byte", "Char", "BFloat16"):
    _LITERAL_RETURNS[f"torch.{_name}Tensor"] = k.TENSOR
    _LITERAL_RETURNS[f"torch.cuda.{_name}Tensor"] = k.TENSOR
_LITERAL_RETURNS["torch.Tensor"] = k.TENSOR
_LITERAL_RETURNS["torch.autograd.Variable"] = k.TENSOR

# Layers that wait for their first input are of their own class afterwards.
_LITERAL_RETURNS["torch.nn.LazyLinear"] = k.Module(("torch.nn.Linear",))
for _name in ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm"):
    for _n in "123":
        _LITERAL_RETURNS[f"torch.nn.Lazy{_name}{_n}d"] = k.Module((f"torch.nn.{_name}{_n}d",))

# Layers whose call returns something else than one tensor, or depends on the arguments.
_LAYER_CALLS: dict[str, k.Kind] = {
    "torch.nn.LSTM": k.Seq("tuple", k.UNKNOWN, (k.TENSOR, k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR)))),
    "torch.nn.GRU": k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR)),
    "torch.nn.RNN": k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR)),
    "torch.nn.LSTMCell": k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR)),
    "torch.nn.MultiheadAttention": k.Seq("tuple", k.TENSOR, (k.TENSOR, k.TENSOR)),
    "torch.nn.Module": k.UNKNOWN,
    "torch.nn.Sequential": k.UNKNOWN,
    "torch.nn.ModuleList": k.UNKNOWN,
    "torch.nn.ModuleDict": k.UNKNOWN,
    "torch.nn.Identity": k.UNKNOWN,
    "torch.nn.DataParallel": k.UNKNOWN,
}

_NOT_LAYERS = frozenset(
    {"Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer", "ParameterList", "ParameterDict"}
)
_FUNCTION_SPACES = (
    "torch.nn.functional.",
    "torch.linalg.",
    "torch.fft.",
    "torch.special.",
)


class Knowledge:
    """Answers about torch names, from the tables, for a file of the package `own` ("": of none that matters)."""

    def __init__(self, tables: Tables, own: str = "") -> None:
        self.tables = tables
        self._own = own if is_torch(own) else ""
        self._returns: dict[str, k.Kind] = {}
        self._mapped: dict[str, bool] = {}
        self._positions: dict[str, tuple[frozenset[int], frozenset[str]]] = {}

    @cached_property
    def tensor_members(self) -> frozenset[str]:
        """Names of everything a Tensor has."""
        return self.tables.tensor_members | TENSOR_PROPERTIES

    def canonical(self, name: str) -> str:
        """The one name of an API that has several."""
        return self.tables.canonical(name)

    def is_mapped(self, name: str) -> bool:
        """Whether a use of a qualified name is a site: a name of torch, that of a row outside of it, or a member.

        In torchvision's own files, torchvision's names are none: what they stand for is converted with the package.
        """
        found = self._mapped.get(name)
        if found is None:
            is_own = bool(self._own) and name.partition(".")[0] == self._own
            found = self._mapped[name] = not is_own and (is_torch(name) or self._is_outside(name))
        return found

    def _is_outside(self, name: str) -> bool:
        while name and name not in self.tables.outside:
            name = name.rpartition(".")[0]
        return bool(name)

    def is_layer(self, name: str) -> bool:
        """Whether `name` is a module class: of torch, one of torchvision's models, or outside of torch by its row."""
        if is_model(name):
            return name.rpartition(".")[2][:1].isupper()
        if not name.startswith("torch.nn."):
            return not name.startswith("torch.") and self._is_layer_row(name)
        last = name.rpartition(".")[2]
        return (last[:1].isupper() and last not in _NOT_LAYERS and name.count(".") == 2) or name in (
            "torch.nn.parallel.DistributedDataParallel",
            "torch.nn.DataParallel",
            "torch.nn.modules.loss._Loss",
        )

    def _is_layer_row(self, name: str) -> bool:
        row = self.tables.rows.get(name)
        return row is not None and (row.layer or (row.like is not None and self.is_layer(self.canonical(row.like))))

    def layer_result(self, name: str) -> k.Kind:
        """What calling an instance of this torch layer returns."""
        found = _LAYER_CALLS.get(name)
        if found is not None:
            return found
        row = self.tables.rows.get(name)
        return k.TENSOR if row is None else named_kind(row.returns)

    def result(self, name: str) -> k.Kind:
        """What a call of this torch function, method or class returns (a read, for an attribute)."""
        found = self._returns.get(name)
        if found is None:
            found = self._returns[name] = self._result(name)
        return found

    def _result(self, name: str) -> k.Kind:
        literal = _LITERAL_RETURNS.get(name)
        if literal is not None:
            return literal
        if self.is_layer(name):
            return k.Module((name,))
        row = self.tables.rows.get(name)
        last = name.rpartition(".")[2]
        if row is not None and name in self.tables.outside and last[:1].isupper() and row.returns == "tensor":
            return k.UNKNOWN  # a class, and what it makes is no layer
        if name in ("torch.Generator", "torch.Generator.manual_seed"):
            return k.Instance("torch.Generator")
        if name.startswith("torch.distributions.") and last != "kl_divergence":
            if name.count(".") == 2 and last[:1].isupper():
                return k.Instance(name)
            return _OF_DISTRIBUTIONS.get(last, k.TENSOR) if name.count(".") == 3 else k.UNKNOWN
        if row is not None and row.returns and not name.startswith("torch.optim."):
            return named_kind(row.returns)
        if name.startswith("torch.optim."):
            return k.Instance(name)
        if name.startswith("torch.nn.init."):
            return k.TENSOR
        if name.startswith(_FUNCTION_SPACES) and last[:1].islower():
            return k.TENSOR if row is not None or name in self.tables.torch_signatures else k.UNKNOWN
        if name.count(".") == 1 and last[:1].islower() and row is not None and row.body is not None:
            return k.TENSOR
        return k.UNKNOWN

    def tensor_positions(self, name: str) -> tuple[frozenset[int], frozenset[str]]:
        """Positions and keywords of a torch function that take a tensor (or a list of tensors)."""
        return self._positions.get(name) or self._find_positions(name)

    def _find_positions(self, name: str) -> tuple[frozenset[int], frozenset[str]]:
        found: tuple[frozenset[int], frozenset[str]] = (frozenset(), frozenset())
        signatures = self.tables.torch_signatures.get(name, ())
        if signatures and not self.is_layer(name):
            params = signatures[0].params
            found = (
                frozenset(i for i, p in enumerate(params) if p.name in TENSOR_PARAMETERS),
                frozenset(p.name for p in params if p.name in TENSOR_PARAMETERS),
            )
            if name in ("torch.nn.Parameter", "torch.nn.Buffer"):
                found = (frozenset({0}), frozenset({"data"}))
            if name in ("torch.is_tensor", "torch.tensor", "torch.as_tensor"):
                found = (frozenset(), frozenset())
        self._positions[name] = found
        return found
