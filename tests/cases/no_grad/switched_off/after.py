from mindspore import ops


def main():
    x = ops.ones((3,)) * 2
    return x
