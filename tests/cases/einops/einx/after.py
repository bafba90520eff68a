import einx
from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.streams = Parameter(ops.arange(6.0).reshape(3, 2).copy())

    def construct(self, x, mask, pos):
        dist = pos - pos.unsqueeze(-1)
        bias = -(pos - pos.unsqueeze(-1)).unsqueeze(0).abs()
        out = ops.where(mask.unsqueeze(-1), x, 0.0)
        other = ops.where(mask.unsqueeze(-1), x, x[:, 0].unsqueeze(1))
        both = (x + self.streams[:, None, None]).flatten(start_dim=0, end_dim=1)
        scaled = x * mask.float().t().swapaxes(0, 1).unsqueeze(-1)
        less = pos < (pos * 2).unsqueeze(-1)
        forget = x.unsqueeze(-1) - x.unsqueeze(-2)
        gate = x.swapaxes(1, 2) * x.swapaxes(1, 2)
        same = pos.unsqueeze(-1) == mask.long().unsqueeze(1)
        return dist, bias, out, other, both, scaled, less, forget, gate, same


def left(x, pattern):
    # TODO(torch2ms): [T2M107] write it with unsqueeze and an operator (einx knows the tensors of
    #   torch and no others)
    a = einx.add(pattern, x, x)
    # TODO(torch2ms): [T2M107] write it with unsqueeze and an operator (einx knows the tensors of
    #   torch and no others)
    b = einx.add("a (b c), c", x, x, b=2)
    # TODO(torch2ms): [T2M107] write its operations with reshape, permute and ops of MindSpore (einx
    #   knows the tensors of torch and no others)
    c = einx.sum("a [b]", x)
    return a, b, c
