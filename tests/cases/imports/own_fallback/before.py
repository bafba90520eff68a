import torch.nn as nn

try:
    from torch import _assert
except ImportError:
    def _assert(condition, message):
        assert condition, message

try:
    from torch.hub import load_state_dict_from_url
except ImportError:
    from torch.utils.model_zoo import load_url as load_state_dict_from_url

try:
    from torch.nn import Identity
except ImportError:
    class Identity(nn.Module):
        def forward(self, x):
            return x


def build(width):
    return nn.Sequential(nn.Linear(width, width), Identity())
