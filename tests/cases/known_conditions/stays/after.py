DEBUG = False

if DEBUG:
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch is not in the tables)
    print(torch)


def run(x):
    if True:
        x = x + 1
    return x


def steps(xs):
    if False:
        yield None
