def build(name, other):
    import torch
    from torch import nn
    import torch.nn.functional as F

    # TODO(torch2ms): [T2M104] an attribute of torch.nn is looked up by its name: write out what…
    layer = getattr(nn, name)()
    # TODO(torch2ms): [T2M104] an attribute of torch.nn.functional is looked up by its name: write…
    act = getattr(F, "relu")
    # TODO(torch2ms): [T2M104] an attribute of torch is looked up by its name: write out what it…
    if hasattr(torch, "compile"):
        print(getattr(other, name))
    # TODO(torch2ms): [T2M206] torch.Tensor is used as a value, and its counterpart takes other…
    return layer, act, getattr(torch.Tensor, name)
