import torch
from mindspore import Tensor


# TODO(torch2ms): [T2M206] torch.FloatTensor is used as a value, and its counterpart takes other…
def converted(x, kind=torch.FloatTensor):
    return kind(x)


def names(x: Tensor):
    # TODO(torch2ms): [T2M206] torch.FloatTensor is used as a value, and its counterpart takes…
    Float = torch.FloatTensor
    # TODO(torch2ms): [T2M201] the name of a torch type: x.dtype is the MindSpore dtype
    return {Float: "float"}, x.type()


def set_default():
    # TODO(torch2ms): [T2M201] MindSpore has no default dtype to set: pass dtype= where tensors…
    # TODO(torch2ms): [T2M206] torch.DoubleTensor is used as a value, and its counterpart takes…
    torch.set_default_tensor_type(torch.DoubleTensor)
