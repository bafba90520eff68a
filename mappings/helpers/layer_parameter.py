"""The weight or the bias of a layer, whatever MindSpore's layers call it."""

from mindspore import Parameter, nn


def layer_parameter(layer, name):
    """What torch calls `weight` or `bias` of a layer; None where it has none, or a frozen one that only scales by 1.

    One that the layer computes is given as a copy: what is written to it is lost, as in torch.
    """
    norms = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d | nn.GroupNorm | nn.LayerNorm
    owner = layer.bn2d if isinstance(layer, nn.BatchNorm3d) else layer
    for own in ("weight", "gamma", "embedding_table") if name == "weight" else ("bias", "beta"):
        parameter = getattr(owner, own, None)
        if parameter is not None and not isinstance(parameter, Parameter):
            return Parameter(parameter)
        if parameter is not None:
            return parameter if parameter.requires_grad or not isinstance(layer, norms) else None
    return None
