import mindspore as ms
from mindspore import Tensor


def texts(x: Tensor):
    # TODO(torch2ms): [T2M301] the text of a dtype is Float32 in MindSpore, and torch.float32 in…
    name = str(x.dtype).split(".")[-1]
    # TODO(torch2ms): [T2M301] the text of a dtype is Float32 in MindSpore, and torch.float32 in…
    return name, f"{ms.float32}", str(x.dtype).startswith("torch.float"), {str(x.dtype): x}, repr(x.dtype) == "torch.float32"


def shape(x: Tensor):
    # TODO(torch2ms): [T2M301] the text of a shape is (2, 3) in MindSpore, and torch.Size([2, 3])…
    return str(x.shape)
