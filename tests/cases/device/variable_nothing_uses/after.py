from mindspore import nn, ops

net = nn.Dense(2, 2)
x = ops.ones((3, 2))
