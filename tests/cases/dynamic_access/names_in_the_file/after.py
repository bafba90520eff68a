import mindspore as ms
from mindspore import nn, ops


class AdaptiveMaxPool1d(nn.Cell):
    """Adaptive max pooling to any length (nn.AdaptiveMaxPool1d wants a divisor of it)."""

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size[0] if isinstance(output_size, (tuple, list)) else output_size

    def construct(self, x):
        return ops.adaptive_max_pool2d(x.expand_dims(-2), (1, self.output_size)).squeeze(-2)


class BatchNorm1d(nn.BatchNorm1d):
    """nn.BatchNorm1d with torch's parameters."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )


class BatchNorm2d(nn.BatchNorm2d):
    """nn.BatchNorm2d with torch's parameters."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )


class BatchNorm3d(nn.BatchNorm3d):
    """nn.BatchNorm3d with torch's parameters."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )


class Conv1d(nn.Conv1d):
    """nn.Conv1d with torch's parameters."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        kernel_size, stride, padding, dilation = (
            value[0] if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
        )
        pad_mode, sides = (padding, 0) if isinstance(padding, str) else ("pad", padding)
        border = (sides, sides)
        if padding_mode != "zeros" and pad_mode == "same":
            whole = dilation * (kernel_size - 1)
            pad_mode, border = "valid", (whole // 2, whole - whole // 2)
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=sides if padding_mode == "zeros" else 0,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.padding = padding if isinstance(padding, str) else (sides,)
        self.border = border if padding_mode != "zeros" and any(border) else None
        self.border_mode = padding_mode

    def construct(self, x):
        if self.border is not None:
            x = ops.pad(x, self.border, self.border_mode)
        return super().construct(x)


class Conv2d(nn.Conv2d):
    """nn.Conv2d with torch's parameters."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        kernel_size, stride, padding, dilation = (
            tuple(value) * (2 // len(value)) if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
        )
        pad_mode, sides, border = "pad", 0, None
        if isinstance(padding, str):
            pad_mode = padding
        else:
            padding = (padding,) * 2 if isinstance(padding, int) else padding
            h, w = padding
            sides, border = (h, h, w, w), (w, w, h, h)
        if padding_mode != "zeros":
            if pad_mode == "same":
                sizes, steps = ((value,) * 2 if isinstance(value, int) else value for value in (kernel_size, dilation))
                whole = [steps[i] * (sizes[i] - 1) for i in (1, 0)]
                border = tuple(side for width in whole for side in (width // 2, width - width // 2))
            pad_mode, sides = "valid", 0
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=sides,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.padding = padding
        self.border = border if padding_mode != "zeros" else None
        self.border_mode = padding_mode

    def construct(self, x):
        if self.border is not None:
            x = ops.pad(x, self.border, self.border_mode)
        return super().construct(x)


class Conv3d(nn.Conv3d):
    """nn.Conv3d with torch's parameters."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        kernel_size, stride, padding, dilation = (
            tuple(value) * (3 // len(value)) if isinstance(value, (tuple, list)) else value
            for value in (kernel_size, stride, padding, dilation)
        )
        pad_mode, sides, border = "pad", 0, None
        if isinstance(padding, str):
            pad_mode = padding
        else:
            padding = (padding,) * 3 if isinstance(padding, int) else padding
            d, h, w = padding
            sides, border = (d, d, h, h, w, w), (w, w, h, h, d, d)
        if padding_mode != "zeros":
            if pad_mode == "same":
                sizes, steps = ((value,) * 3 if isinstance(value, int) else value for value in (kernel_size, dilation))
                whole = [steps[i] * (sizes[i] - 1) for i in (2, 1, 0)]
                border = tuple(side for width in whole for side in (width // 2, width - width // 2))
            pad_mode, sides = "valid", 0
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=sides,
            dilation=dilation,
            group=groups,
            has_bias=bool(bias),
            dtype=dtype or ms.float32,
        )
        self.padding = padding
        self.border = border if padding_mode != "zeros" else None
        self.border_mode = padding_mode

    def construct(self, x):
        if self.border is not None:
            x = ops.pad(x, self.border, self.border_mode)
        return super().construct(x)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """x between two bounds, with torch's arguments."""
    return ops.hardtanh(input, min_val, max_val)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x above 0, negative_slope * x below, with torch's arguments."""
    return ops.leaky_relu(input, negative_slope)


def silu(input, inplace=False):
    """x * sigmoid(x), with torch's arguments."""
    return ops.silu(input)


class GELU(nn.GELU):
    """nn.GELU with torch's parameters."""

    def __init__(self, approximate="none"):
        super().__init__(approximate == "tanh")


class LeakyReLU(nn.LeakyReLU):
    """nn.LeakyReLU with torch's parameters."""

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__(negative_slope)


class ReLU(nn.ReLU):
    """nn.ReLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class SiLU(nn.SiLU):
    """nn.SiLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU"}


def conv_of(dim):
    return {"Conv1d": Conv1d, "Conv2d": Conv2d, "Conv3d": Conv3d}[f"Conv{dim}d"]


def norm_of(dim, kind="batch"):
    if kind == "batch":
        return {"BatchNorm1d": BatchNorm1d, "BatchNorm2d": BatchNorm2d, "BatchNorm3d": BatchNorm3d}["BatchNorm%dd" % dim]
    return {"AdaptiveMaxPool1d": AdaptiveMaxPool1d, "AdaptiveMaxPool2d": nn.AdaptiveMaxPool2d, "AdaptiveMaxPool3d": nn.AdaptiveMaxPool3d}["AdaptiveMaxPool" + str(dim) + "d"]


class Block(nn.Cell):
    def __init__(self, act="ReLU", last="relu", name="leaky_relu"):
        super().__init__()
        self.conv = conv_of(2)(3, 4, 3, padding=1)
        self.norm = norm_of(2)(4)
        self.pool = norm_of(2, "pool")(2)
        # TODO(torch2ms): [T2M104] add what callers pass to the dict (other names than those in the
        #   dict raise a KeyError)
        self.act = {"ReLU": ReLU, "GELU": GELU, "SiLU": SiLU}[act]()  # also what build() passes
        self.last = {"ReLU": ReLU, "GELU": GELU}[ACTIVATIONS[last]]()
        self.fixed = LeakyReLU(0.2)
        self.squash = Tanh()
        self.name = name

    def construct(self, x):
        x = self.pool(self.act(self.norm(self.conv(x))))
        x = self.squash(self.fixed(self.last(x)))
        # TODO(torch2ms): [T2M104] add what callers pass to the dict (other names than those in the
        #   dict raise a KeyError)
        return {"leaky_relu": leaky_relu, "gelu": ops.gelu}[self.name](x)


def build():
    return [Block("GELU"), Block(act="SiLU", name="gelu")]


def all_of(x):
    total = 0.0
    for name in ("relu", "sigmoid", "exp"):
        total = total + {"relu": ops.relu, "sigmoid": ops.sigmoid, "exp": ops.exp}[name](x)
    return total


def or_default(x, smooth: bool):
    act = {"silu": silu, "hardtanh": hardtanh}.get("silu" if smooth else "hardtanh", ops.relu)
    return act(x)


def as_type(x, dtype="float64"):
    return x.to(getattr(ms, dtype))


def unknown(name):
    import torch

    # TODO(torch2ms): [T2M104] write out what it may be (an attribute of torch.nn is looked up by
    #   its name)
    return getattr(torch.nn, name)
