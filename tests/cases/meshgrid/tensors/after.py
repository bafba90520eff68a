from mindspore import ops


def grids(x, y):
    one, other = ops.meshgrid(x, y, indexing='ij')
    (alone,) = ops.meshgrid(ops.relu(x), indexing='ij')
    return one + other, alone, ops.meshgrid(x, y, indexing="xy")
