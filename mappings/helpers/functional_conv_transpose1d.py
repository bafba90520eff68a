from mindspore import ops


def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """1-D transposed convolution; `weight` is (in, out / groups, width)."""
    stride = stride if isinstance(stride, int) else stride[0]
    padding = padding if isinstance(padding, int) else padding[0]
    dilation = dilation if isinstance(dilation, int) else dilation[0]
    more = output_padding if isinstance(output_padding, int) else output_padding[0]
    kernel = (1, weight.shape[2])
    width = (input.shape[2] - 1) * stride + dilation * (weight.shape[2] - 1) + 1
    conv = ops.Conv2DTranspose(
        input.shape[1], kernel, pad_mode="pad", pad=0, stride=(1, stride), dilation=(1, dilation), group=groups
    )
    shape = (input.shape[0], weight.shape[1] * groups, 1, width)
    out = conv(input.expand_dims(2), weight.expand_dims(2), shape).squeeze(2)
    # The result without padding holds all others: cut the padding off, add columns for the output padding.
    out = out[:, :, padding : width + min(more - padding, 0)]
    if more > padding:
        out = ops.pad(out, (0, more - padding))
    return out if bias is None else out + bias.reshape(1, -1, 1)
