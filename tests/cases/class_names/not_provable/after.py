from mindspore import nn


def is_transposed(m):
    name = m.__class__.__name__
    # TODO(torch2ms): [T2M306] compare with the names of the MindSpore classes (the Cells whose name
    #   matches '1d' are not the same as in torch)
    return "Transpose" in name and name.find("1d") != -1


def is_upsampling(m):
    # TODO(torch2ms): [T2M306] compare with the names of the MindSpore classes (the Cells whose name
    #   matches 'UpsamplingNearest2d' are not the same as in torch)
    return type(m).__name__ == "UpsamplingNearest2d"


layers = [nn.Flatten(), nn.Conv1dTranspose(2, 2, 1, pad_mode="pad", has_bias=True), nn.Conv2dTranspose(2, 2, 1, pad_mode="pad", has_bias=True), nn.Upsample(scale_factor=float(2), recompute_scale_factor=True)]
