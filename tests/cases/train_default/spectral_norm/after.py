from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant, Normal


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


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """The layer, with the Parameter `<name>_orig` instead of `<name>`, and the vectors `<name>_u` and `<name>_v`.

    In training mode each call brings the vectors nearer to the singular vectors.
    """
    if isinstance(module, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError("the kernels of recurrent layers take their weights as they are")
    if n_power_iterations <= 0:
        raise ValueError(f"n_power_iterations is {n_power_iterations}, not positive")
    attribute = "embedding_table" if name == "weight" and isinstance(module, nn.Embedding) else name
    old = getattr(module, attribute)
    has_extra_axis = attribute == "weight" and isinstance(module, nn.Conv1d | nn.Conv1dTranspose)
    original = old.squeeze(2) if has_extra_axis else old.copy()
    if dim is None:
        dim = 1 if isinstance(module, nn.Conv1dTranspose | nn.Conv2dTranspose | nn.Conv3dTranspose) else 0
    order = (dim, *(axis for axis in range(original.ndim) if axis != dim))
    rows = original.shape[dim]
    columns = original.size // rows

    def normalized(vector):
        return vector / ops.maximum(ops.sqrt((vector * vector).sum()), eps)

    def matrix(self):
        return getattr(self, f"{name}_orig").permute(order).reshape(rows, columns)

    def weight(self):
        # Copies: the next call changes the vectors while the gradient of this one may still be wanted.
        u, v = getattr(self, f"{name}_u").copy(), getattr(self, f"{name}_v").copy()
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        new = getattr(self, f"{name}_orig") / (u * ops.matmul(matrix(self), v)).sum()
        return new.expand_dims(2) if has_extra_axis else new

    del module._params[attribute]
    path = old.name.removesuffix(attribute) + name
    setattr(module, f"{name}_orig", Parameter(original, name=f"{path}_orig"))
    for letter, size in (("u", rows), ("v", columns)):
        vector = normalized(initializer(Normal(1.0), (size,), original.dtype).init_data())
        setattr(module, f"{name}_{letter}", Parameter(vector, name=f"{path}_{letter}", requires_grad=False))
    layer = type(module)

    class Layer(layer):
        def construct(self, *inputs):
            if self.training:
                weights = ops.stop_gradient(matrix(self))
                u, v = getattr(self, f"{name}_u"), getattr(self, f"{name}_v")
                for _ in range(n_power_iterations):
                    ops.assign(v, normalized(ops.matmul(weights.T, u)))
                    ops.assign(u, normalized(ops.matmul(weights, v)))
            return super().construct(*inputs)

    # Graph mode computes properties of the class itself anew, and takes inherited ones for constants.
    properties = {key: value for key, value in vars(layer).items() if isinstance(value, property)}
    for key, value in {**properties, attribute: property(weight)}.items():
        setattr(Layer, key, value)
    Layer.__name__ = layer.__name__
    module.__class__ = Layer
    return module


class SpectralNorm(nn.Cell):
    """A weight divided by its largest singular value. In training mode each call brings the vectors `_u` and `_v`
    nearer to the singular vectors."""

    def __init__(self, layer, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
        super().__init__()
        if n_power_iterations <= 0:
            raise ValueError(f"n_power_iterations is {n_power_iterations}, not positive")
        weight = layer.embedding_table if isinstance(layer, nn.Embedding) else getattr(layer, name)
        if name == "weight" and isinstance(layer, nn.Conv1d | nn.Conv1dTranspose):
            weight = weight.squeeze(2)
        if dim is None:
            dim = 1 if isinstance(layer, nn.Conv1dTranspose | nn.Conv2dTranspose | nn.Conv3dTranspose) else 0
        self.dim = dim % weight.ndim
        self.n_power_iterations = n_power_iterations
        self.eps = eps
        if weight.ndim > 1:
            rows = weight.shape[self.dim]
            u = initializer(Normal(1.0), (rows,), weight.dtype).init_data()
            v = initializer(Normal(1.0), (weight.size // rows,), weight.dtype).init_data()
            self._u = Parameter(self.normalized(u), requires_grad=False)
            self._v = Parameter(self.normalized(v), requires_grad=False)
            self.iterate(self.matrix(weight), 15)

    def normalized(self, vector):
        return vector / ops.maximum(ops.sqrt((vector * vector).sum()), self.eps)

    def matrix(self, weight):
        order = (self.dim, *[axis for axis in range(weight.ndim) if axis != self.dim])
        return weight.permute(order).reshape(weight.shape[self.dim], -1)

    def iterate(self, matrix, times):
        for _ in range(times):
            ops.assign(self._u, self.normalized(ops.matmul(matrix, self._v)))
            ops.assign(self._v, self.normalized(ops.matmul(matrix.T, self._u)))

    def construct(self, weight):
        if weight.ndim == 1:
            return self.normalized(weight)
        matrix = self.matrix(weight)
        if self.training:
            self.iterate(ops.stop_gradient(matrix), self.n_power_iterations)
        # Copies: the next call changes the vectors while the gradient of this one may still be wanted.
        u, v = ops.stop_gradient(self._u.copy()), ops.stop_gradient(self._v.copy())
        return weight / (u * ops.matmul(matrix, v)).sum()


def filled(layer):
    ops.assign(layer.bias, initializer(Constant(0.5), layer.bias.shape, layer.bias.dtype).init_data())
    weight = layer_parameter(layer, "weight")
    ops.assign(weight, ops.broadcast_to(ops.linspace(-1, 1, layer.weight.numel()).reshape(layer.weight.shape), weight.shape).astype(weight.dtype))
    return layer


class Critic(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = spectral_norm(filled(nn.Dense(3, 4)), n_power_iterations=50)
        self.last = register_parametrization(filled(nn.Dense(4, 2)), 'weight', lambda layer: SpectralNorm(layer, 'weight', 50, 1e-12, None))

    def construct(self, x):
        return self.last(ops.sigmoid(self.first(x)))


def of_a_class(x):
    net = Critic()
    net.set_train()
    net(x)
    return net(x)


def of_a_call(x):
    layer = spectral_norm(filled(nn.Dense(3, 4).set_train()), n_power_iterations=50)
    return layer(x)


def of_a_name(x):
    layer = nn.Dense(3, 4)
    layer.set_train()
    filled(layer)
    spectral_norm(layer, n_power_iterations=50)
    return layer(x)


def of_a_part(x):
    net = nn.SequentialCell(spectral_norm(nn.Dense(3, 4), n_power_iterations=50), nn.ReLU())
    net.set_train()
    net[0].bias.set_data(initializer(Constant(0.5), net[0].bias.shape, net[0].bias.dtype))
    return net(x).shape, net.training, net[0].training


def main(x):
    return of_a_class(x), of_a_call(x), of_a_name(x), of_a_part(x)
