from mindspore import Tensor


def stores(x: Tensor, w: Tensor):
    y = x.copy()
    y[:, 0] += 1
    y[w > 0] += 1
    y[w > 1] = 0
    y[0][1] = 2
    y[1] = (y[1] + 1) * 2
    return y


def statements(x: Tensor):
    y = x * 1
    y = y + 1
    # twice
    y = y + 2 * (x * 2)
    y = (y + 1) * 2
    return y


def second_name(x: Tensor):
    y = x * 1
    v = y
    y = v = v + 1
    return y


def used(x: Tensor):
    y = x * 1
    y, z = y + 1, 3
    # TODO(torch2ms): [T2M303] split it into two statements (the value is used while its receiver
    #   changes in place)
    y = y + x + x.mul_(2)
    return y.copy_(y.copy().clamp(min=0)).sum(), (y + 1).view(-1), z
