from mindspore import nn, Parameter
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


def fill(m):
    if layer_parameter(m, "weight") is not None:
        weight = layer_parameter(m, "weight")
        weight.set_data(initializer(Constant(0.5), weight.shape, weight.dtype))
    if layer_parameter(m, "bias") is not None:
        bias = layer_parameter(m, "bias")
        bias.set_data(initializer("zeros", bias.shape, bias.dtype))


def either(m):
    if isinstance(m, (nn.Dense, nn.LayerNorm, nn.Embedding)):
        weight = layer_parameter(m, "weight")
        weight.set_data(initializer(Constant(0.7), weight.shape, weight.dtype))
    if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)):
        if layer_parameter(m, "bias") is not None:
            bias = layer_parameter(m, "bias")
            bias.set_data(initializer(Constant(0.1), bias.shape, bias.dtype))
        layer_parameter(m, "weight").requires_grad = False


def short(m):
    bias = layer_parameter(m, "bias")
    if layer_parameter(m, "bias") is not None: bias.set_data(initializer(Constant(0.4), bias.shape, bias.dtype))
    (lambda layer: layer_parameter(layer, "weight").set_data(initializer(Constant(0.6), layer_parameter(layer, "weight").shape, layer_parameter(layer, "weight").dtype)) if layer_parameter(layer, "weight") is not None else None)(m)


def settings(config):
    return hasattr(config, "bias"), config.weight is not None


class Net(nn.Cell):
    def __init__(self, norm_layer):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3, pad_mode="valid", has_bias=False)
        self.norm = norm_layer(4)
        self.table = nn.Embedding(5, 4, embedding_table=Normal(1.0))
        self.plain = nn.BatchNorm1d(4, affine=False)
        self.head = nn.Dense(4, 2, has_bias=False)
        self.last = nn.LayerNorm((2,), epsilon=1e-5)
        self.norm.gamma.set_data(initializer(Constant(0.2), self.norm.gamma.shape, self.norm.gamma.dtype))
        self.norm.beta.set_data(initializer(Constant(0.3), self.norm.beta.shape, self.norm.beta.dtype))

    def construct(self, x, ids):
        x = self.plain(self.norm(self.conv(x))).mean(2)
        return self.last(self.head(x + self.table(ids)))


def make():
    return Net(nn.BatchNorm1d).set_train()


def sums(net):
    layers = net.norm.gamma, net.norm.beta, net.table.embedding_table, net.head.weight, net.last.gamma, net.last.beta
    return [p.sum() for p in (net.conv.weight, *layers)]


def filled():
    net = make()
    first = sums(net)[1:3]
    for part in (net.conv, net.norm, net.table, net.plain, net.head, net.last):
        fill(part)
    second = sums(net)
    net.apply(either)
    third = sums(net)
    short(net.norm)
    short(net.head)
    return first, second, third, sums(net)
