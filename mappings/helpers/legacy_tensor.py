import mindspore as ms
from mindspore import ops


def legacy_tensor(data, dtype):
    """What torch.Tensor, torch.LongTensor and their kin make of one argument: a size or the data."""
    return ops.zeros(data, dtype) if isinstance(data, int) else ms.tensor(data, dtype)
