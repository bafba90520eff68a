from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant


def weight_norm(module, name="weight", dim=0):
    """The layer, with Parameters `<name>_g` (lengths along `dim`) and `<name>_v` (directions) instead of `<name>`."""
    if isinstance(module, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError("the kernels of recurrent layers take their weights as they are")
    attribute = "embedding_table" if name == "weight" and isinstance(module, nn.Embedding) else name
    old = getattr(module, attribute)
    has_extra_axis = attribute == "weight" and isinstance(module, nn.Conv1d | nn.Conv1dTranspose)
    direction = old.squeeze(2) if has_extra_axis else old.copy()
    axes = tuple(axis for axis in range(direction.ndim) if dim in (None, -1) or axis != dim % direction.ndim)

    def length(tensor):
        if not axes:
            return ops.abs(tensor)
        return ops.sqrt((tensor * tensor).sum(axes, keepdims=dim not in (None, -1)))

    def weight(self):
        direction = getattr(self, f"{name}_v")
        new = direction * (getattr(self, f"{name}_g") / length(direction))
        return new.expand_dims(2) if has_extra_axis else new

    del module._params[attribute]
    path = old.name.removesuffix(attribute) + name
    setattr(module, f"{name}_g", Parameter(length(direction), name=f"{path}_g"))
    setattr(module, f"{name}_v", Parameter(direction, name=f"{path}_v"))
    layer = type(module)
    # Graph mode computes properties of the class itself anew, and takes inherited ones for constants.
    properties = {key: value for key, value in vars(layer).items() if isinstance(value, property)}
    module.__class__ = type(layer.__name__, (layer,), {**properties, attribute: property(weight)})
    return module


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3, pad_mode="valid", has_bias=True)
        self.conv.weight.set_data(initializer(Constant(0.1), self.conv.weight.shape, self.conv.weight.dtype))
        weight_norm(nn.Dense(3, 4), "bias", None)
        self.conv.bias.set_data(initializer("zeros", self.conv.bias.shape, self.conv.bias.dtype))

    def construct(self, x):
        return self.conv(x)
