"""Layers that are called with their inputs by name."""

import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import Normal


class MultiheadAttention(nn.MultiheadAttention):
    """nn.MultiheadAttention that always returns two values and starts with a zero output bias."""

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
        device=None,
        dtype=None,
    ):
        super().__init__(
            embed_dim,
            num_heads,
            dropout=dropout,
            has_bias=bool(bias),
            add_bias_kv=add_bias_kv,
            add_zero_attn=add_zero_attn,
            kdim=kdim,
            vdim=vdim,
            batch_first=batch_first,
            dtype=dtype or ms.float32,
        )
        if bias:
            self.out_proj.bias.set_data(ops.zeros_like(self.out_proj.bias))

    def construct(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        if attn_mask is not None and key_padding_mask is not None and key_padding_mask.dtype == ms.bool_:
            # Beside a mask of floats, bools would be added as numbers.
            zeros = ops.zeros(key_padding_mask.shape, ms.float32)
            key_padding_mask = zeros.masked_fill(key_padding_mask, float("-inf"))
        out = super().construct(query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights)
        return (out[0], out[1]) if need_weights else (out[0], None)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 4, embedding_table=Normal(1.0))
        self.fc = nn.Dense(in_channels=4, out_channels=4)
        self.norm = nn.BatchNorm1d(5)
        self.rnn = nn.LSTM(4, 3, batch_first=True)
        self.attention = MultiheadAttention(4, 2, batch_first=True)
        self.blocks = nn.CellList([nn.Dense(4, 4) for _ in range(2)])
        self.loss = nn.MSELoss()
        self.margin = nn.MarginRankingLoss(margin=0.5)
        self.hinge = nn.HingeEmbeddingLoss()

    def states(self, n):
        return [ops.zeros((1, n, 3)) for _ in range(2)]

    def construct(self, ids):
        x = self.norm(self.fc.construct(self.embed(ids)))
        for block in self.blocks:
            x = block(x)
        x, weights = self.attention(
            x,
            x,
            x,  # the same again
            need_weights=False,
        )
        y, _ = self.rnn(x, (ops.zeros((1, 2, 3)), ops.zeros((1, 2, 3))))
        z, _ = self.rnn(x, (ops.ones((1, 2, 3)), ops.zeros((1, 2, 3))))
        v, _ = self.rnn(x, tuple(self.states(2)))
        signs = ms.tensor([1, -1])
        margin = self.margin(y[:, 0, 0], z[:, 0, 0], signs.float()) + self.hinge(y[0, 0, :2], signs.float())
        return self.loss(z * 2, y) + v.mean() + margin
