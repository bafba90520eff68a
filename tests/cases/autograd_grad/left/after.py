from mindspore import Tensor


def in_a_loop(net, x: Tensor):
    import torch

    y = x
    for _ in range(3):
        y = net(y)
    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x) (MindSpore differentiates functions)
    return torch.autograd.grad(y.sum(), x)[0]


def in_place(x: Tensor):
    import torch

    y = x * 2
    y = y * x
    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x) (MindSpore differentiates functions)
    return torch.autograd.grad(y.sum(), x)


def rebound(x: Tensor, scale):
    import torch

    y = x * scale
    scale = 2
    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x) (MindSpore differentiates functions)
    return torch.autograd.grad((y * scale).sum(), x), scale


def unused(x: Tensor, z):
    import torch

    y = x * 2
    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x) (MindSpore differentiates functions)
    return torch.autograd.grad(y.sum(), [x, z], allow_unused=True)


def given(y, x):
    import torch

    # TODO(torch2ms): [T2M401] mindspore.grad(f)(x) (MindSpore differentiates functions)
    return torch.autograd.grad(y, x)[0]
