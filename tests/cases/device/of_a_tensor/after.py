from mindspore import nn, ops, Tensor


def grid(n, device=None):
    return ops.arange(n)


class Net(nn.Cell):
    def construct(self, x: Tensor, y: Tensor):
        z = ops.zeros((3,))
        dev = y.device
        w = grid(3, device=dev)
        if x.device == y.device:
            z = z + 1
        return z + w + grid(3, x.device)


def on_cuda(x: Tensor):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return x.device.type == "cuda"
