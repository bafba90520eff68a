from typing import Optional, Union

import torch


def ones(n: int, device: Optional[torch.device] = None, other: Union[str, torch.device] = "cpu"):
    return torch.ones(n, device=device)
