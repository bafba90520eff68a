"""The statistics of a batch norm as they are when it is built."""

from mindspore import nn, ops


def reset_running_stats(cell):
    """Set the running mean of a batch norm to 0, the running variance to 1 and the count of batches, if any, to 0."""
    owner = cell.bn2d if isinstance(cell, nn.BatchNorm3d) else cell
    ops.assign(owner.moving_mean, ops.zeros_like(owner.moving_mean))
    ops.assign(owner.moving_variance, ops.ones_like(owner.moving_variance))
    count = getattr(cell, "num_batches_tracked", None)
    if count is not None:
        ops.assign(count, ops.zeros_like(count))
