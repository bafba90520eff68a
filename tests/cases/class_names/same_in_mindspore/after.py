from mindspore import nn


def init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        found = "conv"
    elif classname.find("BatchNorm2d") != -1:
        found = "norm"
    else:
        found = ""
    return found, type(m).__name__ == "LayerNorm"


layers = [nn.Conv1d(2, 2, 1, pad_mode="valid", has_bias=True), nn.BatchNorm2d(2).set_train(), nn.LayerNorm((2,), epsilon=1e-5), nn.Conv2dTranspose(2, 2, 1, pad_mode="pad", has_bias=True), nn.Flatten()]
