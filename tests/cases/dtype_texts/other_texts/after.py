import mindspore as ms
from mindspore import Tensor


def texts(x: Tensor):
    # TODO(torch2ms): [T2M301] compare dtypes themselves; x.asnumpy().dtype.name is float32 (the
    #   text of a dtype is Float32 in MindSpore, and torch.float32 in torch)
    name = str(x.dtype).split(".")[-1]
    # TODO(torch2ms): [T2M301] compare dtypes themselves; x.asnumpy().dtype.name is float32 (the
    #   text of a dtype is Float32 in MindSpore, and torch.float32 in torch)
    pair = f"{x.dtype}, {ms.float32}"
    # TODO(torch2ms): [T2M301] compare dtypes themselves; x.asnumpy().dtype.name is float32 (the
    #   text of a dtype is Float32 in MindSpore, and torch.float32 in torch)
    return name, pair, f"{ms.float32}", str(x.dtype).startswith("torch.float"), {str(x.dtype): x}, repr(x.dtype) == "torch.float32"


def shape(x: Tensor):
    # TODO(torch2ms): [T2M301] use the shape itself, or str(tuple(x.shape)) on both sides (the text
    #   of a shape is (2, 3) in MindSpore, and torch.Size([2, 3]) in torch)
    return str(x.shape)
