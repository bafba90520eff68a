"""Strings that are no annotations of torch's, or name what is not torch's."""

import torchlib


def run(x: "torchlib.Tensor", how: "str" = "torch.Tensor") -> "list[torch]":
    text: str = "torch.Tensor"
    return [text, x, how]
