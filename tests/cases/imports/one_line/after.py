import os; from mindspore import ops; x = ops.zeros((3,)); print(os, x)
