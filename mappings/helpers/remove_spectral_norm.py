"""torch.nn.utils.remove_spectral_norm: the weight of a layer is a Parameter again."""

from mindspore import Parameter, nn


def remove_spectral_norm(module, name="weight"):
    """The layer, with the Parameter `<name>`, divided by its largest singular value, instead of `<name>_orig`."""
    attribute = "embedding_table" if name == "weight" and isinstance(module, nn.Embedding) else name
    layer = type(module)
    if f"{name}_orig" not in module._params or not isinstance(vars(layer).get(attribute), property):
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    if isinstance(vars(layer.__mro__[1]).get(attribute), property):
        raise ValueError(f"spectral_norm of '{name}' is not the last one that was put on {module}")
    old = getattr(module, f"{name}_orig").name.removesuffix(f"{name}_orig") + attribute
    weight = Parameter(getattr(module, attribute), name=old)
    module.__class__ = layer.__mro__[1]
    for ending in ("orig", "u", "v"):
        del module._params[f"{name}_{ending}"]
    setattr(module, attribute, weight)
    return module
