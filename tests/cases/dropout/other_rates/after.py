from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self, drop=0, attn_drop=0.0):
        super().__init__()
        self.rate = attn_drop
        self.channels = nn.Dropout2d(float(drop))
        self.none = nn.Dropout2d(0.0)
        self.plain = nn.Dropout(p=drop)
        self.attn = nn.Dropout(p=attn_drop)

    def construct(self, x: Tensor, rate=0):
        x = ops.dropout(x, float(rate)) + ops.dropout(x, self.rate, self.training)
        return self.channels(x), self.none(x), self.plain(x), self.attn(x)
