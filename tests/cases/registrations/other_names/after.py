"""Operators of C++, and registries of the file itself."""

from mindspore import Tensor


class Registry:
    def impl(self, name):
        return lambda function: function

    def register_fake(self, function):
        return function


library = Registry()


@library.impl("doubled")
def doubled(x):
    return x * 2


@library.register_fake
def halved(x):
    return x / 2


def load(path):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.load_library is not in the tables)
    torch.ops.load_library(path)
    # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.lib.doubled is not in the tables)
    return torch.ops.lib.doubled


def schema(function):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.library.infer_schema is not in the tables)
    return torch.library.infer_schema(function, mutates_args=())


def kept():
    import torch

    # TODO(torch2ms): [T2M801] mindspore.ops.Custom (operators registered in torch)
    return torch.library.Library("lib", "IMPL", "Meta")


def made():
    import torch

    # TODO(torch2ms): [T2M801] mindspore.ops.Custom (operators registered in torch)
    @torch.library.custom_op("lib::tripled", mutates_args=())
    def tripled(x: Tensor) -> Tensor:
        return x * 3

    tripled.register_fake(lambda x: x)
    return tripled


def run(x):
    return doubled(halved(x))
