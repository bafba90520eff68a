from mindspore import ops, Tensor


def sizes(x: Tensor, mask=None):
    b, n = x.shape
    i, j = x.shape[-2:]  # the last two
    dtype, rows, columns, kept = x.dtype, *x.shape, mask
    first, = x.shape[:1]
    y = ops.arange(n) + ops.ones((b, 1))
    y = y + ops.zeros((i, j)) * ops.ones((1,))
    return y + ops.ones((rows, columns), dtype), kept, first


def still_read(x: Tensor, load):
    b, *_ = x.shape
    *shape, = x.shape
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    first, *rest, last = x.shape[0], x.device, *x.shape
    b, n, _ = *x.shape, load(x.device)
    y = ops.ones(shape) * ops.ones((first, last))
    return y, ops.zeros((b, n)), len(rest)


def main(x):
    return sizes(x)[0], sizes(x)[2], still_read(x, str)
