import torch


def enabled(x, amp):
    # TODO(torch2ms): [T2M201] MindSpore casts a network, not a block…
    with torch.autocast("cpu"):
        x = x * 2
    # TODO(torch2ms): [T2M201] MindSpore casts a network, not a block…
    with torch.autocast("cpu", enabled=amp):
        x = x * 2
    # TODO(torch2ms): [T2M201] MindSpore casts a network and not a block: False, unless amp was…
    torch.set_autocast_enabled("cpu", True)
    return x


class Step:
    # TODO(torch2ms): [T2M201] MindSpore casts a network, not a block…
    autocast = torch.autocast
