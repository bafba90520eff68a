import operator

from mindspore import ops


def from_number(tensors):
    # What the list holds stays in MindSpore.
    total, seen = 0, []
    for tensor in tensors:
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what seen holds with it;
        #   in MindSpore only this name changes
        total += tensor
        seen.append(total)
    return seen


def alone(tensors):
    total, seen = 0, []
    for tensor in tensors:
        total += tensor
        seen.append(float(total.sum()))
    return total, seen


def functions():
    a = ops.ones((2,))
    b = a
    a = b = operator.iadd(a, 1)
    c = ops.ones((2,))
    d = c
    c = d = c.__iadd__(1)
    return a, b, c, d


def interrupted():
    a = ops.ones((2,))
    b = a
    try:
        a += 1
        b = a
        raise ValueError
    except ValueError:
        pass
    return a, b


def make():
    return [ops.ones((2,)), ops.ones((2,)) * 2]


def kept():
    return from_number(make())
