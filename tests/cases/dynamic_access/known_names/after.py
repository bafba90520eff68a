from mindspore import nn

Swish = nn.SiLU

fused = True
gelu = False
old = False
