"""Densely connected convolutional networks."""

from collections import OrderedDict
import re

from mindspore import nn, ops
from mindspore.common.initializer import initializer, HeNormal


class Sequential(nn.SequentialCell):
    """nn.SequentialCell that runs Cells added by name or as attributes, like torch's Sequential."""

    name_prefix = ""

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def insert_child_to_cell(self, child_name, child_cell):
        super().insert_child_to_cell(child_name, child_cell)
        child_cell.update_parameters_name(f"{self.name_prefix}{child_name}.")
        self.cell_list = list(self._cells.values())
        self._is_dynamic_name = [True] * len(self.cell_list)

    def append(self, cell):
        self.insert_child_to_cell(str(len(self)), cell)
        return self


class _DenseLayer(nn.Cell):
    def __init__(self, num_input_features, growth_rate, bn_size, drop_rate):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(num_input_features)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(num_input_features, bn_size * growth_rate, kernel_size=1, stride=1, pad_mode="valid", has_bias=False)

        self.norm2 = nn.BatchNorm2d(bn_size * growth_rate)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, kernel_size=3, stride=1, pad_mode="pad", padding=1, has_bias=False)
        self.drop_rate = float(drop_rate)

    def construct(self, prev_features):
        concated_features = ops.cat(prev_features, 1)
        bottleneck = self.conv1(self.relu1(self.norm1(concated_features)))
        new_features = self.conv2(self.relu2(self.norm2(bottleneck)))
        if self.drop_rate > 0:
            new_features = ops.dropout(new_features, p=self.drop_rate, training=self.training)
        return new_features


class _DenseBlock(nn.CellDict):
    """Every layer sees what all the layers before it made."""

    def __init__(self, num_layers, num_input_features, bn_size, growth_rate, drop_rate):
        super().__init__()
        for i in range(num_layers):
            layer = _DenseLayer(
                num_input_features + i * growth_rate,
                growth_rate=growth_rate,
                bn_size=bn_size,
                drop_rate=drop_rate,
            )
            setattr(self, "denselayer%d" % (i + 1), layer)

    def construct(self, init_features):
        features = [init_features]
        for name, layer in self.items():
            new_features = layer(features)
            features.append(new_features)
        return ops.cat(features, 1)


class _Transition(Sequential):
    def __init__(self, num_input_features, num_output_features):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_input_features)
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(num_input_features, num_output_features, kernel_size=1, pad_mode="valid", has_bias=False)
        self.pool = nn.AvgPool2d(kernel_size=2, stride=2)


class DenseNet(nn.Cell):
    """
    Args:
        growth_rate (int) - how many filters each layer adds
        block_config (list of ints) - how many layers in each block
        num_init_features (int) - filters of the first convolution
        bn_size (int) - factor for the number of bottleneck channels
        drop_rate (float) - dropout rate after each dense layer
        num_classes (int) - number of classes
    """

    def __init__(
        self,
        growth_rate=32,
        block_config=(6, 12, 24, 16),
        num_init_features=64,
        bn_size=4,
        drop_rate=0,
        num_classes=1000,
    ):
        super().__init__()

        # First convolution
        self.features = Sequential(OrderedDict([
            ("conv0", nn.Conv2d(3, num_init_features, kernel_size=7, stride=2, pad_mode="pad", padding=3, has_bias=False)),
            ("norm0", nn.BatchNorm2d(num_init_features)),
            ("relu0", nn.ReLU()),
            # a max pool with overlap
            ("pool0", nn.MaxPool2d(kernel_size=3, stride=2, pad_mode="pad", padding=1)),
        ]))

        # Each denseblock
        num_features = num_init_features
        for i, num_layers in enumerate(block_config):
            block = _DenseBlock(
                num_layers=num_layers,
                num_input_features=num_features,
                bn_size=bn_size,
                growth_rate=growth_rate,
                drop_rate=drop_rate,
            )
            setattr(self.features, "denseblock%d" % (i + 1), block)
            num_features = num_features + num_layers * growth_rate
            if i != len(block_config) - 1:
                trans = _Transition(num_features, num_features // 2)
                setattr(self.features, "transition%d" % (i + 1), trans)
                num_features = num_features // 2

        # Final batch norm
        self.features.norm5 = nn.BatchNorm2d(num_features)

        # Linear layer
        self.classifier = nn.Dense(num_features, num_classes)

        # Official init from the paper
        for _, m in self.cells_and_names():
            if isinstance(m, nn.Conv2d):
                m.weight.set_data(initializer(HeNormal(), m.weight.shape, m.weight.dtype))
            elif isinstance(m, nn.BatchNorm2d):
                m.gamma.set_data(initializer("ones", m.gamma.shape, m.gamma.dtype))
                m.beta.set_data(initializer("zeros", m.beta.shape, m.beta.dtype))
            elif isinstance(m, nn.Dense):
                m.bias.set_data(initializer("zeros", m.bias.shape, m.bias.dtype))

    def construct(self, x):
        features = self.features(x)
        out = ops.relu(features)
        out = ops.adaptive_avg_pool2d(out, (1, 1))
        out = ops.flatten(out, start_dim=1)
        return self.classifier(out)


def rename_legacy_keys(state_dict):
    """Old checkpoints say 'norm.1.weight' where the layers are called 'norm1.weight'."""
    pattern = re.compile(
        r"^(.*denselayer\d+\.(?:norm|relu|conv))\.((?:[12])\.(?:weight|bias|running_mean|running_var))$"
    )
    for key in list(state_dict.keys()):
        res = pattern.match(key)
        if res:
            state_dict[res.group(1) + res.group(2)] = state_dict.pop(key)
    return state_dict


def densenet121(**kwargs):
    return DenseNet(32, (6, 12, 24, 16), 64, **kwargs).set_train()
