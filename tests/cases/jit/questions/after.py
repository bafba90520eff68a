from mindspore import ops, Tensor


def doubled(x: Tensor, y: "Tensor") -> Tensor:
    return ops.relu(x.shape[0] * x) * 2


def run(x):
    return doubled(x, x) if isinstance(x, Tensor) else x
