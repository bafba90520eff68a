import os


def is_there(check=False):
    import torch

    if os.environ.get("NO_SUCH_DEVICE"):
        return True
    if check:
        # What it raises
        return torch.fx.Graph() is not None
    return torch.xpu.is_available()


def in_two_branches(check):
    import torch

    if check > 1:
        return torch.fx.Graph()
    elif check > 0:
        return torch.fx.Node
    return None


def needed_at_once():
    import torch

    return torch.fx.Graph


def in_another_function(check):
    import torch

    if check:

        def inner():
            return torch.fx.Graph

        return inner
    return None


def scale(x):
    if is_there() or in_two_branches(0) is not None:
        return x
    return x * 2
