import torch
from torch import nn


def drop_sizes(module, state_dict, prefix, *args):
    state_dict.pop(prefix + "sizes", None)


class Grid(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.fc = nn.Linear(size, 2)
        self.register_buffer("sizes", torch.arange(size).float())
        # checkpoints of the first version
        self._register_load_state_dict_pre_hook(self._rename)
        self.register_load_state_dict_pre_hook(drop_sizes)
        self.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear())
        self._register_state_dict_hook(drop_sizes)
        if size > 3:
            self.register_state_dict_pre_hook(lambda module, prefix, keep_vars: None)

    def _rename(self, state_dict, prefix, *args):
        for key in list(state_dict):
            if key.startswith(prefix + "linear."):
                state_dict[key.replace("linear.", "fc.")] = state_dict.pop(key)

    def _load_from_state_dict(self, state_dict, prefix, *args):
        state_dict.setdefault(prefix + "sizes", self.sizes)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def forward(self, x):
        return self.fc(x + self.sizes)


def registered(net: nn.Module, hook):
    handle = net.register_load_state_dict_post_hook(hook)
    return handle
