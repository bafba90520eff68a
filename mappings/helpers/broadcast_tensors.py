import numpy as np
from mindspore import ops


def broadcast_tensors(*tensors):
    """Broadcast tensors to their common shape, as torch.broadcast_tensors does."""
    shape = np.broadcast_shapes(*[t.shape for t in tensors])
    return tuple(ops.broadcast_to(t, shape) for t in tensors)
