import numpy as np
import mindspore as ms
from mindspore import nn, ops, Tensor


def given():
    x = ms.tensor([1.0, float("nan"), -3.0])
    # TODO(torch2ms): [T2M703] keep it apart first: ops.where(ops.isnan(x), x, ...) (MindSpore's
    #   kernel for CPU drops NaN here)
    return ops.relu(x), x.max(), x.exp(), nn.ReLU()(x)


def stored(x: Tensor):
    x = x.copy()
    x[0] = np.nan
    # TODO(torch2ms): [T2M703] keep it apart first: ops.where(ops.isnan(x), x, ...) (MindSpore's
    #   kernel for CPU drops NaN here)
    return x.clamp(0, 2), x.abs(), ops.argmax(x)


def asked(x: Tensor):
    # TODO(torch2ms): [T2M703] keep it apart first: ops.where(ops.isnan(x), x, ...) (MindSpore's
    #   kernel for CPU drops NaN here)
    loss = ops.log(-x.abs()).clamp(min=0).mean()
    if ops.isnan(loss):
        return ops.ones((), ms.float32)
    return loss


def kept():
    x = ms.tensor([1.0, float("nan"), -3.0])
    return ops.leaky_relu(x, alpha=0.01), ops.gelu(x), x.sum(), ops.cumsum(x, 0), ops.isnan(x), ops.relu6(x), ops.where(x > 0, x, 0.0)
