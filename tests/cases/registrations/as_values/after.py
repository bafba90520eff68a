from mindspore import ops, Tensor

_custom_op = lambda name, function=None, **options: function or (lambda function: function)
_register_fake = lambda name, *options, **more: lambda function: function


@_custom_op("lib::double", mutates_args=(), device_types="cpu")
def double(x: Tensor) -> Tensor:
    return x * 2


@_register_fake("lib::double")
def _(x):
    return ops.zeros_like(x)


def doubled(x):
    return double(x)
