from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def use_batch_statistics(self):
        # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is
        #   built (the Cell has no attribute for .track_running_stats that can be set)
        self.norm.track_running_stats = False

    def construct(self, x):
        return self.norm(x) * float(self.norm.use_batch_statistics is None)


def freeze(net: nn.Cell):
    for _, m in net.cells_and_names():
        if isinstance(m, nn.BatchNorm2d):
            # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is
            #   built (the Cell has no attribute for .track_running_stats that can be set)
            m.track_running_stats, tracked = False, m.use_batch_statistics is None
            # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is
            #   built (the Cell has no attribute for .track_running_stats that can be set)
            del m.track_running_stats
