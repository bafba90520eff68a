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


def init(m):
    if type(m) == nn.Dense:
        ops.assign(m.weight, initializer(Constant(0.5), m.weight.shape, m.weight.dtype).init_data())
        ops.assign(m.bias, ops.full_like(m.bias, 0.1))
    elif type(m) is nn.Conv2d:
        ops.assign(m.weight, initializer(Constant(0.2), m.weight.shape, m.weight.dtype).init_data())
    elif type(m) in (nn.BatchNorm2d, nn.GroupNorm):
        ops.assign(m.gamma, initializer(Constant(0.3), m.gamma.shape, m.gamma.dtype).init_data())
        ops.assign(m.beta, initializer('zeros', m.beta.shape, m.beta.dtype).init_data())
    elif nn.Embedding == m.__class__:
        ops.assign(m.embedding_table, ops.full_like(m.embedding_table, 0.4))


def only_linear(m):
    if type(m) != nn.Dense:
        return
    m.weight.set_data(initializer(Constant(0.7), m.weight.shape, m.weight.dtype))


def either(m):
    if type(m) == nn.Dense or type(m) == nn.LayerNorm:
        bias = layer_parameter(m, "bias")
        ops.assign(bias, initializer(Constant(0.7), bias.shape, bias.dtype).init_data())


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, pad_mode='valid', has_bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.gn = nn.GroupNorm(2, 4)
        self.table = nn.Embedding(5, 4, embedding_table=Normal(1.0))
        self.head = nn.Dense(4, 2)
        self.apply(init)
        self.head.apply(only_linear)

    def construct(self, x, ids):
        x = self.gn(self.bn(self.conv(x))).mean((2, 3))
        return self.head(x + self.table(ids))


def values():
    return [p.sum() for p in Net().trainable_params()]
