import mindspore as ms
from mindspore import Tensor, ops


def isin(elements, test_elements, invert=False):
    """Which elements are among the test elements, as torch.isin tells."""
    if not isinstance(test_elements, Tensor):
        test_elements = ms.tensor(test_elements)
    found = (elements.expand_dims(-1) == test_elements.reshape(-1)).any(-1)
    return ops.logical_not(found) if invert else found
