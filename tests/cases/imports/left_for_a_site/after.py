import torch
from mindspore import nn, ops
from torch.nn.utils import prune


def run(x):
    # TODO(torch2ms): [T2M205] torch.nn.utils.prune.global_unstructured is not in the tables
    prune.global_unstructured([], None)
    # TODO(torch2ms): [T2M201] the pooling regions are random and drawn differently…
    net = torch.nn.FractionalMaxPool2d(3, output_size=4)
    # TODO(torch2ms): [T2M201] sparse tensors differ: mindspore.ops.sparse_tensor_dense_matmul
    return torch.sparse.mm(x, x), nn.Dense(3, 3)(ops.relu(x)), net
