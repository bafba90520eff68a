"""torch.nn.utils.parametrize.remove_parametrizations: a parameter that a layer computes is a Parameter again."""

from mindspore import Parameter, nn


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """The layer, with a Parameter `tensor_name` of the value it is computed to, or of the original value."""
    attribute = "embedding_table" if tensor_name == "weight" and isinstance(module, nn.Embedding) else tensor_name
    lists = module._cells.get("parametrizations", nn.Cell())
    steps = lists._cells.get(tensor_name)
    if steps is None:
        raise ValueError(f"{module} does not have a parametrization on {tensor_name}")
    originals = list(steps._params.values())
    if leave_parametrized:
        value = getattr(module, attribute)
    elif len(originals) > 1:
        raise ValueError("a tensor that is parametrized in terms of several has no original")
    else:
        is_conv1d = attribute == "weight" and isinstance(module, nn.Conv1d | nn.Conv1dTranspose)
        value = originals[0].expand_dims(2) if is_conv1d else originals[0].value()
    path = originals[0].name.rpartition("parametrizations.")[0]
    needs_grad = any(original.requires_grad for original in originals)
    layer = type(module)
    others = {key: value for key, value in vars(layer).items() if isinstance(value, property) and key != attribute}
    while attribute in vars(layer):
        layer = layer.__mro__[1]
    added = {key: value for key, value in others.items() if vars(layer).get(key) is not value}
    module.__class__ = type(layer.__name__, (layer,), others) if added else layer
    del lists._cells[tensor_name]
    if not lists._cells:
        del module._cells["parametrizations"]
    setattr(module, attribute, Parameter(value, name=path + attribute, requires_grad=needs_grad))
    return module
