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
        masks = []
        if key_padding_mask is not None:
            masks.append(key_padding_mask.reshape(-1, 1, 1, key_padding_mask.shape[-1]))
        if attn_mask is not None:
            heads = 1 if attn_mask.ndim == 2 else self.num_heads
            masks.append(attn_mask.reshape(-1, heads, *attn_mask.shape[-2:]))
        if not masks:
            out = super().construct(query, key, value, None, need_weights, None, average_attn_weights)
            return (out[0], out[1]) if need_weights else (out[0], None)
        # One mask of finite floats: a row of -inf would spoil the others, and beside floats bools would be added as 1.
        low = -1e4 if query.dtype == ms.float16 else -1e9
        hidden, mask = False, 0.0
        for part in masks:
            here = part if part.dtype == ms.bool_ else part == float("-inf")
            hidden = ops.logical_or(here, hidden)
            mask = mask + ops.where(here, low, 0.0 if part.dtype == ms.bool_ else part)
        nothing = hidden.all(-1, keep_dims=True)
        has_more_keys = self.add_zero_attn or self.bias_k is not None
        if need_weights and not has_more_keys:
            mask = ops.where(nothing, float("nan"), mask)
        batch, length = (
            (1, len(query)) if query.ndim == 2 else query.shape[:2] if self.batch_first else query.shape[1::-1]
        )
        mask = mask.broadcast_to((batch, self.num_heads, length, mask.shape[-1])).reshape(-1, length, mask.shape[-1])
        out = super().construct(query, key, value, None, need_weights, mask.astype(query.dtype), average_attn_weights)
        if need_weights or has_more_keys:
            return out[0], out[1] if need_weights else None
        # Where no key is left, what is projected is 0.
        nothing = nothing.any(1)
        if query.ndim == 2:
            nothing = nothing[0]
        elif not self.batch_first:
            nothing = nothing.swapaxes(0, 1)
        return ops.where(nothing, 0.0 if self.out_proj.bias is None else self.out_proj.bias, out[0]), None


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
