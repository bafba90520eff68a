"""A small convolution block that keeps an eye on its own activations."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBN(nn.Module):
    """Conv -> BatchNorm -> ReLU, scaled by a learned gain.

    A running mean of the absolute activation is kept in a buffer, so that it travels
    with the checkpoint but is never touched by the optimizer.
    """

    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, decay=0.9):
        super().__init__()
        self.decay = decay
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=(kernel_size - 1) // 2,  # keep the size at stride 1
            bias=False,
        )
        self.bn = nn.BatchNorm2d(out_channels)
        self.gain = nn.Parameter(torch.ones(out_channels, 1, 1))
        self.register_buffer("activity", torch.zeros(1))

    def forward(self, x):
        x = self.gain * F.relu(self.bn(self.conv(x)), inplace=True)
        if self.training:
            level = x.detach().abs().mean()
            self.activity = self.decay * self.activity + (1 - self.decay) * level
        return x


class Net(nn.Module):
    """Two blocks and a linear classifier."""

    def __init__(self, num_classes=10, width=16):
        super().__init__()
        self.stem = ConvBN(3, width)
        self.body = ConvBN(width, 2 * width, stride=2)
        self.classifier = nn.Linear(2 * width, num_classes)

    def forward(self, x):
        x = self.body(self.stem(x))
        x = F.adaptive_avg_pool2d(x, 1)
        x = torch.flatten(x, 1)
        return self.classifier(x)


def count_parameters(model):
    """Number of learned values."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_norms(model):
    """Stop the optimizer from changing any normalisation layer."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for p in module.parameters():
                p.requires_grad = False


def parameter_groups(model, weight_decay=1e-4):
    """Weight decay for matrices and kernels, none for vectors."""
    decay, no_decay = [], []
    for name, param in model.named_parameters():
        if not param.requires_grad:
            continue
        # biases, gains and the affine part of the norms
        if param.ndim <= 1 or name.endswith(".bias") or "gain" in name:
            no_decay.append(param)
        else:
            decay.append(param)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": no_decay, "weight_decay": 0.0},
    ]


def build_optimizer(model, lr=0.1):
    """SGD over everything that is not frozen."""
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


if __name__ == "__main__":
    net = Net()
    print("parameters:", count_parameters(net))
    for name, param in net.named_parameters():
        print(name, tuple(param.shape), param.requires_grad)
    for name, buf in net.named_buffers():
        print("buffer", name, tuple(buf.shape))

    print(net.stem.gain)
    freeze_norms(net)
    print("after freezing:", count_parameters(net))
    optimizer = build_optimizer(net)

    out = net(torch.randn(2, 3, 32, 32))
    print(out.shape)
