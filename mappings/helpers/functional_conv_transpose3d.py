from mindspore import ops


def conv_transpose3d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """3-D transposed convolution; `weight` is (in, out / groups, depth, height, width)."""
    stride = (stride, stride, stride) if isinstance(stride, int) else tuple(stride)
    padding = (padding, padding, padding) if isinstance(padding, int) else padding
    dilation = dilation if isinstance(dilation, int) else tuple(dilation)
    more = (output_padding,) * 3 if isinstance(output_padding, int) else output_padding
    conv = ops.Conv3DTranspose(
        input.shape[1],
        weight.shape[1] * groups,
        weight.shape[2:],
        pad_mode="pad",
        pad=0,
        stride=stride,
        dilation=dilation,
        group=groups,
    )
    out = conv(input, weight)
    # The result without padding holds all others: cut the padding off, add planes for the output padding.
    d, h, w = (more[i] - padding[i] for i in range(3))
    depth, height, width = out.shape[2:]
    out = out[:, :, padding[0] : depth + min(d, 0), padding[1] : height + min(h, 0), padding[2] : width + min(w, 0)]
    if d > 0 or h > 0 or w > 0:
        out = ops.pad(out, (0, max(w, 0), 0, max(h, 0), 0, max(d, 0)))
    return out if bias is None else out + bias.reshape(1, -1, 1, 1, 1)
