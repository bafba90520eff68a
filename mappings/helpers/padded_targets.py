import mindspore as ms
from mindspore import ops


def padded_targets(targets, target_lengths):
    """The targets of a CTC loss as one row a sequence; torch takes them one after the other as well."""
    if targets.ndim == 2:
        return targets
    lengths = ms.tensor(target_lengths)
    starts = ops.cumsum(lengths, 0) - lengths
    places = starts.expand_dims(1) + ops.arange(int(lengths.max()))
    return targets[ops.minimum(places, targets.shape[0] - 1)]
