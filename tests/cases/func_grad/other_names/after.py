import torch
from mindspore import Tensor


def loss(parameters, x):
    return (x @ parameters["weight"]).sum()


def of_dict(parameters: dict[str, Tensor], x):
    from torch.func import grad

    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x), where x is a tensor (mindspore.grad gives
    #   gradients of tensors; of a dict or a list of them it gives none)
    return grad(loss)(parameters, x)


def kept(f, x: Tensor):
    from torch.func import grad

    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x), where x is a tensor (mindspore.grad gives
    #   gradients of tensors; of a dict or a list of them it gives none)
    gradient = grad(f)
    return gradient(x)


# TODO(torch2ms): [T2M401] mindspore.grad(f)(x), where x is a tensor (mindspore.grad gives gradients
#   of tensors; of a dict or a list of them it gives none)
@torch.func.grad
def square(x):
    return x * x


def grads(tensors):
    return [tensor.grad for tensor in tensors]


def energy(x, y):
    return (x * y).mean()


def several(x: Tensor, y: Tensor):
    from torch.func import grad

    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x), where x is a tensor (mindspore.grad gives
    #   gradients of tensors; of a dict or a list of them it gives none)
    return grad(energy, argnums=(0, 1))(x, y)


def with_result(x: Tensor):
    from torch.func import grad

    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x), where x is a tensor (mindspore.grad gives
    #   gradients of tensors; of a dict or a list of them it gives none)
    return grad(lambda v: ((v**2).mean(), v * 2), has_aux=True)(x)
