import mindspore as ms
from mindspore import nn, ops


def float_mask(mask):
    """A mask of bools as 0 and -inf, because MindSpore's attention adds bools as numbers beside a mask of floats."""
    if mask is None or mask.dtype != ms.bool_:
        return mask
    return ops.zeros(mask.shape, ms.float32).masked_fill(mask, float("-inf"))


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


def causal(size):
    return ops.triu(ops.full((size, size), float("-inf"), dtype=ms.float32), diagonal=1)


def token_ids():
    return ms.tensor([[1, 2, 0], [3, 4, 5]])


class Encoder(nn.Cell):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)

    def construct(self, x):
        ids = token_ids()
        pad = ids == 0
        x = self.encoder(x, causal(3), src_key_padding_mask=float_mask(pad))
        x = self.encoder(x, causal(3))
        return self.layer(x, causal(3), float_mask(ids == 5))


class Decoder(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.TransformerDecoderLayer(4, 2, 8, dropout=0.0) for _ in range(2)])
        self.attention = MultiheadAttention(4, 2)

    def construct(self, x, memory):
        ids = token_ids()
        mask = causal(3)
        for layer in self.layers:
            x = layer(x, memory, tgt_mask=mask, tgt_key_padding_mask=float_mask(ids == 0), memory_key_padding_mask=ids == 1)
        return x + self.attention(x, x, x, key_padding_mask=ids == 0, attn_mask=mask, need_weights=False)[0]


class Both(nn.Cell):
    def __init__(self):
        super().__init__()
        self.transformer = nn.Transformer(4, 2, 1, 1, 8, dropout=0.0)

    def construct(self, x, y):
        ids = token_ids()
        mask = causal(3)
        return self.transformer(x, y, mask, mask, None, float_mask(ids == 0), float_mask(ids == 5), ids == 0)
