from mindspore import ops, Tensor


def double_(t: Tensor):
    t.copy_(t.copy() * 2)
    return t


def doubled(t: Tensor):
    t = t.copy()
    t = t * 2
    return t


def shifted(t: Tensor, values):
    part = t[0]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and t with it; in MindSpore only
    #   this name changes
    part = part + 1
    flat = t.view(-1)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and t with it; in MindSpore only
    #   this name changes
    flat = ops.zeros_like(flat)
    # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this name:
    #   no caller may use it afterwards
    values[0] = values[0] + 1
    return t
