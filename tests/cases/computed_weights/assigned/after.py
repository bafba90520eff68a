import mindspore as ms
from mindspore import nn, ops, Parameter


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


class Positive(nn.Cell):
    def construct(self, x):
        return ops.softplus(x)

    def right_inverse(self, y):
        return ops.log(ops.expm1(y))


class Scale(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scale = Parameter(ops.full((2, 2), 0.5, dtype=ms.float32))
        register_parametrization(self, "scale", Positive())

    def construct(self, x):
        return x @ self.scale


def main(x):
    net = Scale()
    before = net(x)
    net.scale = ops.full((2, 2), 2.0, dtype=ms.float32)
    return ops.stop_gradient(before), net(x), net.parametrizations.scale.original
