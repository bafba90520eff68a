from mindspore import Tensor


def alone(x: Tensor):
    y = x * 2
    y = y.T
    y = y.unsqueeze(0)
    return y.squeeze()


def other_names(x: Tensor):
    y = x * 2
    z = y
    z = y = y.unsqueeze(1)
    return y, z


def turned(x: Tensor):
    # TODO(torch2ms): [T2M303] torch changes the shape for whoever else holds the tensor; in
    #   MindSpore only this name changes
    x = x.T


def held(x: Tensor):
    y = x * 2
    kept = [y]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what kept holds with it; in
    #   MindSpore only this name changes
    y = y.T
    return kept[0]
