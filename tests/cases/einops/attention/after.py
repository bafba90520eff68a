"""Heads split and merged with einops, as attention layers do."""

from mindspore import nn, ops, Parameter


class Attention(nn.Cell):
    def __init__(self, dim, heads=2):
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Dense(dim, 3 * dim, has_bias=False)
        self.to_kv = nn.Dense(dim, 2 * dim)
        self.cls_token = Parameter(ops.ones((1, 1, dim)))
        self.registers = Parameter(ops.ones((2, dim)))

    def construct(self, x):
        b = x.shape[0]
        cls_tokens = self.cls_token.broadcast_to((b, -1, -1))
        registers = self.registers.tile((b, 1, 1))
        x = ops.cat((cls_tokens, registers, x), axis=1)
        q, k, v = map(lambda t: t.reshape(*t.shape[:2], self.heads, -1).swapaxes(1, 2), self.to_qkv(x).chunk(3, -1))
        y = self.to_kv(x)
        more_k, more_v = y.reshape(*y.shape[:2], 2, self.heads, -1).permute(2, 0, 3, 1, 4)  # the sizes need a name
        sim = ops.matmul(q, (k + more_k).swapaxes(-1, -2))
        out = ops.softmax(sim, axis=-1) @ (v + more_v)
        return out.swapaxes(1, 2).flatten(start_dim=2)
