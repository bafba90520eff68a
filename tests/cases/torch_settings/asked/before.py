import torch
from torch import nn

_HAS_MKLDNN = torch.backends.mkldnn.is_available()


def parallel(x):
    net = nn.ReLU()
    if torch.cuda.device_count() > 1:
        net = nn.DataParallel(net)
    if _HAS_MKLDNN and torch.backends.mkldnn.enabled:
        # the same numbers
        return net(x)
    return net(x)


def device():
    kind = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
    print(f"Using {kind}", torch.get_num_threads())
    if torch.backends.cuda.is_built():
        print(torch.cuda.get_device_name(0), torch.cuda.current_device())
    return torch.ones(2, device=kind)


def half():
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
