"""Layers that a helper takes the place of, as bases."""

import mindspore as ms
from mindspore import nn, ops


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """nn.CrossEntropyLoss that takes int64 class indices."""

    def construct(self, logits, labels):
        return ops.cross_entropy(logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing)


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


class Smoothed(CrossEntropyLoss):
    def __init__(self, scale):
        super().__init__(label_smoothing=0.1)
        self.scale = scale

    def construct(self, logits, labels):
        return super().construct(logits, labels) * self.scale


class Attention(MultiheadAttention):
    def construct(self, query, key, value):
        return super().construct(query, key, value, need_weights=False)[0]


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.attention = Attention(4, 2, bias=False, batch_first=True)
        self.loss = Smoothed(2.0)

    def construct(self, x, labels):
        return self.loss(self.attention(x, x, x).mean(1), labels)
