import mindspore as ms
from mindspore import ops, Tensor


def views(x: Tensor):
    x = ops.stop_gradient(x).copy()
    first = x[0]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore a
    #   gradient does not see it
    first[0] = 5
    middle = x[:, 1:]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore a
    #   gradient does not see it
    middle[0] = 6
    last = x[ms.tensor([1])]
    names = {"a": [1, 2]}
    sizes = names["a"]
    sizes[0] = 3
    return x, last * 2, sizes
