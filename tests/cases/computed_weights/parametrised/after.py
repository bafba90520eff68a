import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant


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


def register_parametrization(module, tensor_name, parametrization, unsafe=False):
    """The layer, whose parameter `tensor_name` is `parametrization(original)` wherever it is read.

    What is trained is `parametrizations.<tensor_name>.original` (`original0`, `original1`, … where the Cell's
    `right_inverse` gives several), and an assignment to `tensor_name` sets it. Further Cells are applied to the result
    of the first. A function instead of a Cell makes it from the layer.
    """
    if isinstance(module, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError("the kernels of recurrent layers take their weights as they are")
    if not isinstance(parametrization, nn.Cell):
        parametrization = parametrization(module)
    inverse = getattr(parametrization, "right_inverse", None)
    attribute = "embedding_table" if tensor_name == "weight" and isinstance(module, nn.Embedding) else tensor_name
    has_extra_axis = attribute == "weight" and isinstance(module, nn.Conv1d | nn.Conv1dTranspose)
    if "parametrizations" not in module._cells:
        module.parametrizations = nn.Cell()
    steps = module.parametrizations._cells.get(tensor_name)
    if steps is None:
        old = getattr(module, attribute)
        value = old.squeeze(2) if has_extra_axis else old.copy()
        value = value if inverse is None else inverse(value)
        steps = nn.Cell()
        for index, original in enumerate(value if isinstance(value, tuple) else (value,)):
            name = f"original{index}" if isinstance(value, tuple) else "original"
            setattr(steps, name, Parameter(original, name=name, requires_grad=old.requires_grad))
        steps.update_parameters_name(f"{old.name.removesuffix(attribute)}parametrizations.{tensor_name}.")
        module.parametrizations.insert_child_to_cell(tensor_name, steps)
        del module._params[attribute]
    elif inverse is not None:
        raise NotImplementedError(f"a further right_inverse for '{tensor_name}'")
    steps.insert_child_to_cell(str(len(steps._cells)), parametrization)
    module.parametrizations.set_train(module.training)
    originals, count = tuple(steps._params), len(steps._cells)

    def weight(self):
        steps = getattr(self.parametrizations, tensor_name)
        new = getattr(steps, "0")(*[getattr(steps, name) for name in originals])
        for index in range(1, count):
            new = getattr(steps, str(index))(new)
        return new.expand_dims(2) if has_extra_axis else new

    def store(self, value):
        if inverse is None or count > 1:
            raise RuntimeError(f"'{tensor_name}' is computed, and nothing tells of what")
        value = inverse(value.squeeze(2) if has_extra_axis else value)
        steps = getattr(self.parametrizations, tensor_name)
        for name, new in zip(originals, value if isinstance(value, tuple) else (value,), strict=True):
            getattr(steps, name).set_data(new)

    layer = type(module)
    # Graph mode computes properties of the class itself anew, and takes inherited ones for constants.
    properties = {key: value for key, value in vars(layer).items() if isinstance(value, property)}
    module.__class__ = type(layer.__name__, (layer,), {**properties, attribute: property(weight, store)})
    return module


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


class WeightNorm(nn.Cell):
    """A weight from its lengths along `dim` (None: one for all) and its directions."""

    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def length(self, tensor):
        axes = tuple(axis for axis in range(tensor.ndim) if self.dim == -1 or axis != self.dim % tensor.ndim)
        if not axes:
            return ops.abs(tensor)
        return ops.sqrt((tensor * tensor).sum(axes, keepdims=self.dim != -1))

    def construct(self, length, direction):
        return direction * (length / self.length(direction))

    def right_inverse(self, weight):
        return self.length(weight), weight


class Symmetric(nn.Cell):
    def construct(self, x):
        return x.triu() + x.triu(1).swapaxes(-1, -2)


class Recurrent(nn.Cell):
    def __init__(self):
        super().__init__()
        self.cell = nn.Dense(3, 3)
        self.out = register_parametrization(nn.Conv1d(3, 2, 3, pad_mode="valid", has_bias=True), "weight", WeightNorm())
        register_parametrization(self.cell, "weight", Symmetric())

    def remove(self):
        for layer in (self.cell, self.out):
            if hasattr(getattr(layer, "parametrizations", None), "weight"):
                remove_parametrizations(layer, "weight")
        return self

    def construct(self, x):
        # twice the same weight
        y = self.cell(self.cell(x))
        return self.out(y.swapaxes(1, 2))


def removed(x):
    ms.set_seed(0)
    layer = nn.Dense(3, 3)
    weight = layer_parameter(layer, "weight")
    weight.set_data(initializer(Constant(0.5), weight.shape, weight.dtype))
    layer.bias.set_data(initializer("zeros", layer.bias.shape, layer.bias.dtype))
    register_parametrization(layer, "weight", Symmetric())
    before = layer(x)
    remove_parametrizations(layer, "weight", leave_parametrized=True)
    return before - layer(x) + layer(x), [name for name, _ in [(name, p) for name, p in layer.parameters_and_names() if p.requires_grad]]
