import sys

import torch

if sys.version_info > (3, 8):
    from torch.nn.attention.flex_attention import BlockMask, create_block_mask
else:
    BlockMask = torch.Tensor


def mask(x: torch.Tensor, kind: torch.Tensor | BlockMask | None = None) -> torch.Tensor | BlockMask:
    if isinstance(x, torch.Tensor) or isinstance(x, BlockMask):
        return torch.relu(x)
    return create_block_mask(x)
