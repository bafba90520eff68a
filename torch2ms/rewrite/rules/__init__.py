"""The structural rules: one rewrite per file.

`RULES` by canonical name of the site, `FILE_RULES` once per file before the sites, `FINISH_RULES` when all are decided.
"""

from __future__ import annotations

from collections.abc import Callable

from torch2ms.rewrite.context import Rewriter, Rule
from torch2ms.rewrite.rules import (
    aliasing,
    autograd_function,
    base_layers,
    buffers,
    cell,
    class_names,
    data_attribute,
    device,
    dropped,
    dynamic_access,
    einsum,
    freezing,
    infinite_mask,
    initializers,
    jit,
    layer_attributes,
    learning_rate,
    left_optimizers,
    mode,
    modules_dict,
    named_results,
    no_grad,
    overrides,
    parameter,
    parameters,
    placement,
    print_parameter,
    rebuilt_layers,
    reserved_names,
    sliced_lists,
    state_dict,
    submodules,
    to_tensor,
    train_default,
    zero_grad,
)
from torch2ms.rewrite.rules.training_step import recognise as training_step

RULES: dict[str, Rule] = {
    **autograd_function.RULES,
    **buffers.RULES,
    **cell.RULES,
    **data_attribute.RULES,
    **dynamic_access.RULES,
    **freezing.RULES,
    **initializers.RULES,
    **layer_attributes.RULES,
    **mode.RULES,
    **modules_dict.RULES,
    **no_grad.RULES,
    **einsum.RULES,
    **jit.RULES,
    **device.RULES,
    **to_tensor.RULES,
    **parameter.RULES,
    **parameters.RULES,
    **placement.RULES,
    **rebuilt_layers.RULES,
    **state_dict.RULES,
    **submodules.RULES,
    **zero_grad.RULES,
}

FILE_RULES: tuple[Callable[[Rewriter], None], ...] = (
    cell.rewrite,
    base_layers.rewrite,
    overrides.rewrite,
    named_results.rewrite,
    device.rewrite,
    to_tensor.rewrite,
    reserved_names.rewrite,
    buffers.rewrite,
    submodules.rewrite,
    aliasing.rewrite,
    learning_rate.rewrite,
    sliced_lists.rewrite,
)

FINISH_RULES: tuple[Callable[[Rewriter], None], ...] = (
    training_step.finish,
    device.finish,
    layer_attributes.finish,
    left_optimizers.finish,
    dropped.finish,
    print_parameter.finish,
    train_default.finish,
    class_names.finish,
    infinite_mask.finish,
)
