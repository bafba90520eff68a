import torch
from torch import nn


def causal(size):
    return torch.triu(torch.full((size, size), float("-inf")), diagonal=1)


def token_ids():
    return torch.tensor([[1, 2, 0], [3, 4, 5]])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)

    def forward(self, x):
        ids = token_ids()
        pad = ids == 0
        x = self.encoder(x, causal(3), src_key_padding_mask=pad)
        x = self.encoder(src=x, mask=causal(3), is_causal=True)
        return self.layer(x, src_mask=causal(3), src_key_padding_mask=(ids == 5), is_causal=False)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.TransformerDecoderLayer(4, 2, 8, dropout=0.0) for _ in range(2)])
        self.attention = nn.MultiheadAttention(4, 2)

    def forward(self, x, memory):
        ids = token_ids()
        mask = causal(3)
        for layer in self.layers:
            x = layer(x, memory, tgt_mask=mask, tgt_key_padding_mask=ids == 0, memory_key_padding_mask=ids == 1)
        return x + self.attention(x, x, x, key_padding_mask=ids == 0, attn_mask=mask, need_weights=False)[0]


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = nn.Transformer(4, 2, 1, 1, 8, dropout=0.0)

    def forward(self, x, y):
        ids = token_ids()
        mask = causal(3)
        return self.transformer(x, y, mask, mask, None, ids == 0, ids == 5, ids == 0)
