import torch


def texts(x: torch.Tensor):
    name = str(x.dtype).split(".")[-1]
    pair = f"{x.dtype}, {torch.float32}"
    return name, pair, f"{torch.float32}", str(x.dtype).startswith("torch.float"), {str(x.dtype): x}, repr(x.dtype) == "torch.float32"


def shape(x: torch.Tensor):
    return str(x.shape)
