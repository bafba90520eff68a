"""torch.nn.utils.remove_weight_norm: the weight of a layer is a Parameter again."""

from mindspore import Parameter, nn


def remove_weight_norm(module, name="weight"):
    """The layer, with the Parameter `<name>` instead of `<name>_g` and `<name>_v`."""
    length, direction = f"{name}_g", f"{name}_v"
    attribute = "embedding_table" if name == "weight" and isinstance(module, nn.Embedding) else name
    layer = type(module)
    if direction not in module._params or not isinstance(vars(layer).get(attribute), property):
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    path = getattr(module, direction).name.removesuffix(direction)
    weight = Parameter(getattr(module, attribute), name=path + attribute)
    others = {key: value for key, value in vars(layer).items() if isinstance(value, property) and key != attribute}
    while attribute in vars(layer):
        layer = layer.__mro__[1]
    added = {key: value for key, value in others.items() if vars(layer).get(key) is not value}
    module.__class__ = type(layer.__name__, (layer,), others) if added else layer
    del module._params[length], module._params[direction]
    setattr(module, attribute, weight)
    return module
