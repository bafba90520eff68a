from mindspore import ops, Tensor


def double_(t: Tensor):
    # TODO(torch2ms): [T2M303] copy_() changes the tensor that is passed in; a slice passed in is…
    t.copy_(t * 2)
    return t


def doubled(t: Tensor):
    t = t.copy()
    t = t * 2
    return t


def shifted(t: Tensor, values):
    part = t[0]
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only the name…
    part = part + 1
    flat = t.view(-1)
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only the name…
    flat = ops.zeros_like(flat)
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only the name…
    values[0] = values[0] + 1
    return t
