"""The names that templates and helpers may use for parts of MindSpore."""

from __future__ import annotations

PRELUDE: dict[str, str] = {
    "ops": "mindspore.ops",
    "nn": "mindspore.nn",
    "ms": "mindspore",
    "mint": "mindspore.mint",
    "mnp": "mindspore.numpy",
    "np": "numpy",
    "math": "math",
    "optim": "mindspore.experimental.optim",
    "dataset": "mindspore.dataset",
    "Tensor": "mindspore.Tensor",
    "Parameter": "mindspore.Parameter",
    "ParameterTuple": "mindspore.ParameterTuple",
    "partial": "functools.partial",
    "OrderedDict": "collections.OrderedDict",
}
INITIALIZERS = """
    initializer Normal Uniform Zero One Constant HeNormal HeUniform XavierNormal XavierUniform
    TruncatedNormal Orthogonal Identity Dirac Sparse VarianceScaling
    """.split()
PRELUDE.update({name: f"mindspore.common.initializer.{name}" for name in INITIALIZERS})
