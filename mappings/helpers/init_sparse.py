from mindspore import ops
from mindspore.common.initializer import Sparse, initializer


def sparse_(tensor, sparsity, std=0.01, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(Sparse(sparsity, std), tensor.shape, tensor.dtype).init_data())
