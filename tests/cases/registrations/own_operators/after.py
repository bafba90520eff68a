from mindspore import ops, Tensor


def scaled(x: Tensor, factor: float) -> Tensor:
    return x * factor


def _(x, factor):
    return ops.zeros_like(x)


def scaled_on_cuda(x, factor):
    return x * factor


def setup_context(ctx, inputs, output):
    ctx.factor = inputs[1]


def backward(ctx, grad):
    return grad * ctx.factor, None


# TODO(torch2ms): [T2M301] where backward is another gradient: an nn.Cell with bprop (left out: an
#   operator that is a function of Python has the gradient of what it computes)


def shifted(x: Tensor) -> Tensor:
    return x + 1


# TODO(torch2ms): [T2M301] where backward is another gradient: an nn.Cell with bprop (left out: an
#   operator that is a function of Python has the gradient of what it computes)


def _halved(x: Tensor) -> Tensor:
    return x / 2


halved = _halved
# TODO(torch2ms): [T2M301] where backward is another gradient: an nn.Cell with bprop (left out: an
#   operator that is a function of Python has the gradient of what it computes)


def run(x):
    return scaled(x, 2.0) + shifted(x) + scaled(x, 3.0) + halved(x)
