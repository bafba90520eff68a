import mindspore as ms
from mindspore import nn

use_cuda = ms.get_context("device_target") != "CPU"
net = nn.Dense(2, 2)
if use_cuda:
    ms.set_seed(1)
if ms.get_context("device_target") != "CPU":
    pass
else:
    print("slow")
