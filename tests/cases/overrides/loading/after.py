from mindspore import nn, ops, Parameter


def drop_sizes(module, state_dict, prefix, *args):
    state_dict.pop(prefix + "sizes", None)


class Grid(nn.Cell):
    def __init__(self, size: int):
        super().__init__()
        self.fc = nn.Dense(size, 2)
        self.sizes = Parameter(ops.arange(size).float(), requires_grad=False)
        # checkpoints of the first version
        # TODO(torch2ms): [T2M305] call it on the dict of ms.load_checkpoint(file) before
        #   ms.load_param_into_net(net, parameters) (left out: a Cell has no hooks of loading and
        #   saving: what this one does has to be called by hand)
        # TODO(torch2ms): [T2M305] call it on the dict of ms.load_checkpoint(file) before
        #   ms.load_param_into_net(net, parameters) (left out: a Cell has no hooks of loading and
        #   saving: what this one does has to be called by hand)
        # TODO(torch2ms): [T2M305] call it after ms.load_param_into_net(net, parameters), or on
        #   net.parameters_dict() (left out: a Cell has no hooks of loading and saving: what this
        #   one does has to be called by hand)
        # TODO(torch2ms): [T2M305] call it after ms.load_param_into_net(net, parameters), or on
        #   net.parameters_dict() (left out: a Cell has no hooks of loading and saving: what this
        #   one does has to be called by hand)

    def _rename(self, state_dict, prefix, *args):
        for key in list(state_dict):
            if key.startswith(prefix + "linear."):
                state_dict[key.replace("linear.", "fc.")] = state_dict.pop(key)

    # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is built (a
    #   Cell never calls _load_from_state_dict(): what this override does has to be called by hand)
    def _load_from_state_dict(self, state_dict, prefix, *args):
        state_dict.setdefault(prefix + "sizes", self.sizes)
        # TODO(torch2ms): [T2M203] write the arguments out by name (the arguments behind * or **
        #   cannot be seen here, and MindSpore names them differently)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def construct(self, x):
        return self.fc(x + self.sizes)


def registered(net: nn.Cell, hook):
    # TODO(torch2ms): [T2M305] call it after ms.load_param_into_net(net, parameters), or on
    #   net.parameters_dict() (a Cell has no hooks of loading and saving: what this one does has to
    #   be called by hand)
    handle = net.register_load_state_dict_post_hook(hook)
    return handle
