import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant, Normal
from mindspore.experimental import optim


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


def init_weights(m, mean=0.0, std=0.01):
    if m.__class__.__name__.find("Conv") != -1:
        weight = layer_parameter(m, "weight")
        weight.set_data(initializer(Normal(std, mean), weight.shape, weight.dtype))


class Temporal(nn.Cell):
    def __init__(self, width, size):
        super().__init__()
        self.first = weight_norm(nn.Conv1d(width, width, size, pad_mode="pad", padding=1, has_bias=True))
        self.second = register_parametrization(nn.Conv1d(width, width, size, pad_mode="pad", padding=1, has_bias=True), "weight", WeightNorm())
        self.down = nn.Conv1d(width, width, 1, pad_mode="valid", has_bias=True)
        self.init_weights()

    def init_weights(self):
        # as small as the paper says
        self.first.bias.set_data(initializer(Constant(0.5), self.first.bias.shape, self.first.bias.dtype))
        self.down.weight.set_data(initializer(Constant(0.1), self.down.weight.shape, self.down.weight.dtype))

    def construct(self, x):
        return ops.relu(self.second(ops.relu(self.first(x)))) + self.down(x)


class Generator(nn.Cell):
    def __init__(self):
        super().__init__()
        self.ups = nn.CellList([weight_norm(nn.Conv1dTranspose(4, 4, 4, 2, pad_mode="pad", padding=1, has_bias=True)) for _ in range(2)])
        self.post = weight_norm(nn.Conv1d(4, 1, 7, pad_mode="pad", padding=3, has_bias=True))
        self.ups.apply(init_weights)
        self.post.apply(init_weights)

    def construct(self, x):
        for up in self.ups:
            x = up(x)
        return self.post(x)

    def remove_norms(self):
        for up in self.ups:
            remove_weight_norm(up)
        remove_weight_norm(self.post)


class Judge(nn.Cell):
    def __init__(self, use_spectral_norm):
        super().__init__()
        norm = spectral_norm if use_spectral_norm else weight_norm
        self.convs = nn.CellList([norm(nn.Conv2d(3, 4, 3, pad_mode="pad", padding=1, has_bias=True)), norm(nn.Conv2d(4, 4, 3, pad_mode="valid", has_bias=True))])
        self.convs.apply(init_weights)
        self.last = norm(nn.Dense(4, 2))

    def construct(self, x):
        for conv in self.convs:
            x = ops.relu(conv(x))
        return self.last(x.mean((2, 3)))


def removed():
    net = Generator()
    for _, part in net.cells_and_names():
        if isinstance(part, (nn.Conv1d, nn.Conv1dTranspose)):
            part.weight_v.set_data(initializer(Constant(0.2), part.weight_v.shape, part.weight_v.dtype))
            part.weight_g.set_data(initializer(Constant(0.3), part.weight_g.shape, part.weight_g.dtype))
            part.bias.set_data(initializer("zeros", part.bias.shape, part.bias.dtype))
    x = ops.ones((1, 4, 3))
    before = net(x)
    net.remove_norms()
    return before, net(x), sorted(name for name, _ in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad])


def train():
    net = Temporal(2, 3)
    for name, parameter in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]:
        parameter.set_data(initializer(Constant(0.3), parameter.shape, parameter.dtype))
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    losses = []
    for size in (4, 7, 5, 4):
        def forward_fn():
            loss = (net(ops.ones((size, 2, size))) - 1).square().mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
    return losses
