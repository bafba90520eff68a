from mindspore import ops


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """2-D transposed convolution; `weight` is (in, out / groups, height, width)."""
    stride = (stride, stride) if isinstance(stride, int) else tuple(stride)
    padding = (padding, padding) if isinstance(padding, int) else padding
    dilation = (dilation, dilation) if isinstance(dilation, int) else tuple(dilation)
    more = (output_padding, output_padding) if isinstance(output_padding, int) else output_padding
    kernel = weight.shape[2:]
    height = (input.shape[2] - 1) * stride[0] + dilation[0] * (kernel[0] - 1) + 1
    width = (input.shape[3] - 1) * stride[1] + dilation[1] * (kernel[1] - 1) + 1
    conv = ops.Conv2DTranspose(
        input.shape[1], kernel, pad_mode="pad", pad=0, stride=stride, dilation=dilation, group=groups
    )
    out = conv(input, weight, (input.shape[0], weight.shape[1] * groups, height, width))
    # The result without padding holds all others: cut the padding off, add rows for the output padding.
    below, right = more[0] - padding[0], more[1] - padding[1]
    out = out[:, :, padding[0] : height + min(below, 0), padding[1] : width + min(right, 0)]
    if below > 0 or right > 0:
        out = ops.pad(out, (0, max(right, 0), 0, max(below, 0)))
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)
