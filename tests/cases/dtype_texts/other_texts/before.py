import torch


def texts(x: torch.Tensor):
    name = str(x.dtype).split(".")[-1]
    return name, f"{torch.float32}", str(x.dtype).startswith("torch.float"), {str(x.dtype): x}, repr(x.dtype) == "torch.float32"


def shape(x: torch.Tensor):
    return str(x.shape)
