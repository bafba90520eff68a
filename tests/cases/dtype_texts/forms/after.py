from mindspore import ops


def main():
    x, ids = ops.ones((2,)), ops.arange(2)
    return (
        str(x.dtype) == "Float32",
        str(ids.dtype) != "Int64",
        str(x.dtype) in ("Float16", "BFloat16", "Float32"),
        "Bool" == f"{x.dtype}",
    )
