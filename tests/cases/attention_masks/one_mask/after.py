import mindspore as ms
from mindspore import nn, ops


class Encoder(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)

    def construct(self, x):
        ids = ms.tensor([[1, 2, 0], [3, 4, 5]])
        x = self.layer(x, src_key_padding_mask=ids == 0)
        x = self.layer(x, None, ids == 0)
        allowed = ops.ones((3, 3)).triu(1)
        x = self.layer(x, allowed.bool(), ids == 0)
        return self.layer(x, allowed > 0, src_key_padding_mask=ids == 0)
