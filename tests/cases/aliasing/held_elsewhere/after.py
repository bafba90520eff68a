from mindspore import Tensor


def argument(a: Tensor):
    # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this name:
    #   no caller may use it afterwards
    a += 1
    return a * 2


def second_name(a: Tensor, b: Tensor):
    x = a + b
    y = x
    y *= 2
    x = y
    return x


def part(a: Tensor, b: Tensor):
    x = a + b
    row = x[0]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore only
    #   this name changes
    row += 1
    return x


def view(a: Tensor, b: Tensor):
    x = a + b
    flat = x.view(-1)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore a
    #   gradient does not see it
    flat[0] = 9
    return x


def loop(a: Tensor, b: Tensor):
    x = a + b
    for row in x:
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        row += 1
    return x
