import torch

DEBUG = False

if DEBUG:
    print(torch)


def run(x):
    if True:
        x = x + 1
    return x


def steps(xs):
    if False:
        yield None
