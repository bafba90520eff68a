import torch


def enabled(x, amp):
    with torch.autocast("cpu"):
        x = x * 2
    with torch.autocast("cpu", enabled=amp):
        x = x * 2
    torch.set_autocast_enabled("cpu", True)
    return x


class Step:
    autocast = torch.autocast
