from mindspore import ops, Tensor


def repeated(x: Tensor, y: Tensor):
    chosen = x[y > 0]
    if chosen.numel() > 0:
        y = ops.cat([y, chosen.tile((2,))])
    # TODO(torch2ms): [T2M703] ask first: if mask.any() (MindSpore's kernel for CPU gives anything
    #   here when the mask selects nothing)
    total = chosen.unsqueeze(0).sum()
    # TODO(torch2ms): [T2M703] ask first: if mask.any() (MindSpore's kernel for CPU raises here when
    #   the mask selects nothing)
    return chosen.tile((2,)), ops.tile(x[x > 0], (2,)), x.tile((2,)), y, total


def nothing(x: Tensor):
    # TODO(torch2ms): [T2M703] ask first: if mask.any() (MindSpore's kernel for CPU gives anything
    #   here when the mask selects nothing)
    return x[2:2].sum()


def pieces(x: Tensor):
    # TODO(torch2ms): [T2M703] use mint.split, or split the rest (MindSpore's kernel for CPU has no
    #   gradient of a split whose first part is empty)
    first, rest = x.split([0, 3], 0)
    more, last = ops.split(x, [1, 2])
    # TODO(torch2ms): [T2M703] use mint.split, or split the rest (MindSpore's kernel for CPU has no
    #   gradient of a split whose first part is empty)
    return first, rest, more, last, ops.split(x, [0, 3], 0), ops.stop_gradient(x)[:, 0:0].shape
