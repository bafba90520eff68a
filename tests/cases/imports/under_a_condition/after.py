from mindspore import nn, ops

layer = nn.Dense(3, 3)
zeros = ops.zeros((3,))
