import os, sys
from mindspore import ops, Tensor


def run(x: Tensor):
    print(os, sys)
    return ops.relu(x)
