try:
    from mindspore import nn, ops
except ImportError:
    torch = None


Identity = None


def run(x):
    return ops.relu(x), nn.ReLU()
