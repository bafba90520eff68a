"""Functions of torch that were tried under the transforms of MindSpore: as torch, by value, shape and dtype.

Examples of their rows were run as they stand, converted and under `vmap`, `jacrev`, `jacfwd` and `jacfwd(jacrev(f))`.
What raised or differed in one of them is not here; nor is what multiplies matrices by vectors: mapped over both,
MindSpore gives another shape.
"""

from __future__ import annotations

TWICE = frozenset(
    """
    abs add asin atan atan2 bmm cat clamp cos cumsum div dot exp log maximum mean minimum mm mul neg outer pow
    relu rsqrt sigmoid sin sqrt sub sum tan tanh
    """.split()
)
"""Right under each of them."""

ONCE = TWICE | frozenset(
    """
    T amax chunk diagonal einsum erf expand flatten flip float floor logsumexp norm ones_like permute repeat
    reshape roll sign silu softmax softplus split square squeeze stack std t transpose tril triu unbind
    unsqueeze view zeros_like
    """.split()
)
"""Right under all but the Hessian."""

MAPPED = ONCE | frozenset(
    """
    argmax eq gather gelu gt index_select leaky_relu log_softmax lt masked_fill max min prod trace var
    """.split()
)
"""Right under `vmap`."""
