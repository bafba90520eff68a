from mindspore import nn, Parameter


class Config:
    def __init__(self):
        self.stride = 2


def plain(config, layer):
    config = Config()
    config.stride = 1
    layer.padding = 1
    return config.stride, layer.padding


def two_kinds(model):
    for _, mod in model.cells_and_names():
        if isinstance(mod, (nn.Conv2d, nn.Conv1d)):
            # TODO(torch2ms): [T2M306] use MindSpore's name where the layer is one of those (.stride
            #   is called differently on these layers: stride, {self}.stride[1:])
            mod.stride = (1, 1)
    return model


def several(model):
    for _, mod in model.cells_and_names():
        if isinstance(mod, nn.Conv2d):
            # TODO(torch2ms): [T2M305] pass stride= there (MindSpore reads .stride only when the
            #   layer is built)
            #   [T2M305] pass dilation= there (MindSpore reads .dilation only when the layer is
            #   built)
            mod.stride, mod.dilation = (1, 1), (2, 2)
    return model


def groups(model):
    for _, mod in model.cells_and_names():
        if isinstance(mod, nn.Conv2d):
            # TODO(torch2ms): [T2M305] pass groups= there (MindSpore reads .groups only when the
            #   layer is built)
            mod.groups = 2
            mod.weight = Parameter(mod.weight[:, :2].copy())
    return model


def build():
    return nn.SequentialCell(nn.Conv2d(4, 4, 3, stride=2, pad_mode='valid', has_bias=True), nn.ReLU())
