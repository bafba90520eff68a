import torch

if torch.__version__ >= "2.4.0":
    _custom_op = torch.library.custom_op
    _register_fake = torch.library.register_fake
else:

    def no_op(name, fn=None, /, **options):
        return (lambda func: func) if fn is None else fn

    _custom_op = _register_fake = no_op


@_custom_op("lib::double", mutates_args=(), device_types="cpu")
def double(x: torch.Tensor) -> torch.Tensor:
    return x * 2


@_register_fake("lib::double")
def _(x):
    return torch.empty_like(x)


def doubled(x):
    return double(x)


other_op = torch.library.custom_op


def tripled(x: torch.Tensor) -> torch.Tensor:
    return x * 3


def made():
    return other_op("lib::tripled", tripled, mutates_args=())
