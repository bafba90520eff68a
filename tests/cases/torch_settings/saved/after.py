from mindspore import ops


def plainly(x):
    # slowly
    x = ops.relu(x)
    return x + 1


class Slow:
    def __enter__(self):
        pass

    def __exit__(self, *args):
        pass
