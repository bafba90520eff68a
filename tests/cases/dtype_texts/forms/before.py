import torch


def main():
    x, ids = torch.ones(2), torch.arange(2)
    return (
        str(x.dtype) == "torch.float32",
        str(ids.dtype) != "torch.int64",
        str(x.dtype) in ("torch.float16", "torch.bfloat16", "torch.float32"),
        "torch.bool" == f"{x.dtype}",
    )
