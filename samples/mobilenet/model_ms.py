"""An inverted-residual network for small devices."""

from collections.abc import Sequence

import os
import mindspore as ms
from mindspore import nn
from mindspore.common.initializer import initializer, HeNormal, Normal


def checkpoint_path(path):
    """`path` with the suffix MindSpore asks for, in the place of torch's."""
    root, suffix = os.path.splitext(path)
    return (root if suffix in (".pth", ".pt", ".bin", ".pkl", ".ckpt") else str(path)) + ".ckpt"


def _make_divisible(v, divisor=8, min_value=None):
    """Round `v` to the nearest multiple of `divisor`, never losing more than 10 %."""
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


class ConvBNReLU(nn.SequentialCell):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super().__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, pad_mode="pad", padding=padding, group=groups, has_bias=False),
            nn.BatchNorm2d(out_planes, momentum=0.99),
            nn.ReLU6(),
        )


class InvertedResidual(nn.Cell):
    """Expand, filter per channel, project; with a shortcut when the shapes agree."""

    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f"stride should be 1 or 2, got {stride}")
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup

        layers = []
        if expand_ratio != 1:
            # point-wise
            layers.append(ConvBNReLU(inp, hidden_dim, kernel_size=1))
        layers.extend([
            # depth-wise
            ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
            # point-wise, linear
            nn.Conv2d(hidden_dim, oup, 1, 1, pad_mode="valid", has_bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.SequentialCell(*layers)

    def construct(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNet(nn.Cell):
    # expansion, channels, repeats, stride
    default_settings = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 2, 1),
    )

    def __init__(
        self,
        num_classes: int = 1000,
        width_mult: float = 1.0,
        settings: Sequence[Sequence[int]] = default_settings,
        round_nearest: int = 8,
        dropout: float = 0.2,
    ):
        super().__init__()
        input_channel = _make_divisible(32 * width_mult, round_nearest)
        self.last_channel = _make_divisible(256 * max(1.0, width_mult), round_nearest)

        features = [ConvBNReLU(3, input_channel, stride=2)]
        for t, c, n, s in settings:
            output_channel = _make_divisible(c * width_mult, round_nearest)
            for i in range(n):
                stride = s if i == 0 else 1
                features.append(InvertedResidual(input_channel, output_channel, stride, expand_ratio=t))
                input_channel = output_channel
        features.append(ConvBNReLU(input_channel, self.last_channel, kernel_size=1))
        self.features = nn.SequentialCell(*features)

        self.classifier = nn.SequentialCell(
            nn.Dropout(p=dropout),
            nn.Dense(self.last_channel, num_classes),
        )

        # weight initialization
        for _, m in self.cells_and_names():
            if isinstance(m, nn.Conv2d):
                m.weight.set_data(initializer(HeNormal(mode="fan_out"), m.weight.shape, m.weight.dtype))
                if m.bias is not None:
                    m.bias.set_data(initializer("zeros", m.bias.shape, m.bias.dtype))
            elif isinstance(m, nn.BatchNorm2d):
                m.gamma.set_data(initializer("ones", m.gamma.shape, m.gamma.dtype))
                m.beta.set_data(initializer("zeros", m.beta.shape, m.beta.dtype))
            elif isinstance(m, nn.Dense):
                m.weight.set_data(initializer(Normal(0.01), m.weight.shape, m.weight.dtype))
                m.bias.set_data(initializer("zeros", m.bias.shape, m.bias.dtype))

    def construct(self, x):
        x = self.features(x)
        # Global average over the two spatial dimensions.
        x = x.mean([2, 3])
        return self.classifier(x)


def mobilenet(pretrained=None, **kwargs):
    """Build the network; `pretrained` is the path of a state dict."""
    model = MobileNet(**kwargs)
    model.set_train()
    if pretrained is not None:
        ms.load_param_into_net(model, ms.load_checkpoint(checkpoint_path(pretrained)))
    return model
