from mindspore import nn, ops, Parameter


def drop_sizes(module, state_dict, prefix, *args):
    state_dict.pop(prefix + "sizes", None)


class Grid(nn.Cell):
    def __init__(self, size: int):
        super().__init__()
        self.fc = nn.Dense(size, 2)
        self.sizes = Parameter(ops.arange(size).float(), requires_grad=False)
        # checkpoints of the first version
        # TODO(torch2ms): [T2M305] left out: a Cell has no hooks of loading and saving: what this…
        # TODO(torch2ms): [T2M305] left out: a Cell has no hooks of loading and saving: what this…
        # TODO(torch2ms): [T2M305] left out: a Cell has no hooks of loading and saving: what this…
        # TODO(torch2ms): [T2M305] left out: a Cell has no hooks of loading and saving: what this…

    def _rename(self, state_dict, prefix, *args):
        for key in list(state_dict):
            if key.startswith(prefix + "linear."):
                state_dict[key.replace("linear.", "fc.")] = state_dict.pop(key)

    # TODO(torch2ms): [T2M305] a Cell never calls _load_from_state_dict(): what this override does…
    def _load_from_state_dict(self, state_dict, prefix, *args):
        state_dict.setdefault(prefix + "sizes", self.sizes)
        # TODO(torch2ms): [T2M203] the arguments behind * or ** cannot be seen here, and MindSpore…
        super()._load_from_state_dict(state_dict, prefix, *args)

    def construct(self, x):
        return self.fc(x + self.sizes)


def registered(net: nn.Cell, hook):
    # TODO(torch2ms): [T2M305] a Cell has no hooks of loading and saving: what this one does has…
    handle = net.register_load_state_dict_post_hook(hook)
    return handle
