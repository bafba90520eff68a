"""A small convolution block that keeps an eye on its own activations."""

from mindspore import nn, ops, Parameter
from mindspore.experimental import optim


def named_parameters(cell, buffers=(), recurse=True):
    """Names and parameters of a cell, trainable or frozen, without moving statistics and those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [(name, p) for name, p in found if name.split(".")[-1] not in left_out]


class ConvBN(nn.Cell):
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
            pad_mode="pad",
            padding=(kernel_size - 1) // 2,  # keep the size at stride 1
            has_bias=False,
        )
        self.bn = nn.BatchNorm2d(out_channels)
        self.gain = Parameter(ops.ones((out_channels, 1, 1)))
        self.activity = Parameter(ops.zeros((1,)), requires_grad=False)

    def construct(self, x):
        x = self.gain * ops.relu(self.bn(self.conv(x)))
        if self.training:
            level = ops.stop_gradient(x).abs().mean()
            ops.assign(self.activity, self.decay * self.activity + (1 - self.decay) * level)
        return x


class Net(nn.Cell):
    """Two blocks and a linear classifier."""

    def __init__(self, num_classes=10, width=16):
        super().__init__()
        self.stem = ConvBN(3, width)
        self.body = ConvBN(width, 2 * width, stride=2)
        self.classifier = nn.Dense(2 * width, num_classes)

    def construct(self, x):
        x = self.body(self.stem(x))
        x = ops.adaptive_avg_pool2d(x, 1)
        x = ops.flatten(x, start_dim=1)
        return self.classifier(x)


def count_parameters(model):
    """Number of learned values."""
    return sum(p.numel() for p in model.trainable_params() if p.requires_grad)


def freeze_norms(model):
    """Stop the optimizer from changing any normalisation layer."""
    for _, module in model.cells_and_names():
        if isinstance(module, nn.BatchNorm2d):
            for p in module.get_parameters():
                p.requires_grad = False


def parameter_groups(model, weight_decay=1e-4):
    """Weight decay for matrices and kernels, none for vectors."""
    decay, no_decay = [], []
    for name, param in model.parameters_and_names():
        if not param.requires_grad:
            continue
        # biases, gains and the affine part of the norms
        if param.ndim <= 1 or name.endswith(('.bias', '.beta')) or "gain" in name:
            no_decay.append(param)
        else:
            decay.append(param)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": no_decay, "weight_decay": 0.0},
    ]


def build_optimizer(model, lr=0.1):
    """SGD over everything that is not frozen."""
    return optim.SGD(model.trainable_params(), lr=lr, momentum=0.9)


if __name__ == "__main__":
    net = Net()
    net.set_train()
    print("parameters:", count_parameters(net))
    for name, param in named_parameters(net, ("activity",)):
        print(name, tuple(param.shape), param.requires_grad)
    # TODO(torch2ms): [T2M307] parameters are told from buffers by name: buffers that other files
    #   register are not known here; num_batches_tracked and buffers that are not persistent are not
    #   among them
    for name, buf in [(name, p) for name, p in net.parameters_and_names() if name.split(".")[-1] in ("moving_mean", "moving_variance", "activity")]:
        print("buffer", name, tuple(buf.shape))

    print(net.stem.gain.asnumpy())
    freeze_norms(net)
    print("after freezing:", count_parameters(net))
    optimizer = build_optimizer(net)

    out = net(ops.randn(2, 3, 32, 32))
    print(out.shape)
