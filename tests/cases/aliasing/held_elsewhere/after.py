from mindspore import Tensor


def argument(a: Tensor):
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    a += 1
    return a * 2


def second_name(a: Tensor, b: Tensor):
    x = a + b
    y = x
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    y *= 2
    return x


def part(a: Tensor, b: Tensor):
    x = a + b
    row = x[0]
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    row += 1
    return x


def view(a: Tensor, b: Tensor):
    x = a + b
    flat = x.view(-1)
    # TODO(torch2ms): [T2M303] writing through a view: the value arrives, its gradient does not…
    flat[0] = 9
    return x


def loop(a: Tensor, b: Tensor):
    x = a + b
    for row in x:
        # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this…
        row += 1
    return x
