from mindspore import Tensor


def run(a: Tensor, b: Tensor):
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    a += 1
    x = a + b
    y = x
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    y *= 2
    print(x)
    row = x[0]
    # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this name
    row += 1
    flat = x.view(-1)
    # TODO(torch2ms): [T2M303] writing through a view: the value arrives, its gradient does not…
    flat[0] = 9
    print(x)
    for part in x:
        # TODO(torch2ms): [T2M303] torch changes every alias of this tensor, MindSpore only this…
        part += 1
    return x + y
