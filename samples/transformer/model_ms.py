"""An encoder-decoder transformer, written out layer by layer."""

import copy
import math

import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Normal, XavierUniform


def clones(module, n):
    """`n` identical layers with their own parameters."""
    return nn.CellList([copy.deepcopy(module) for _ in range(n)])


def subsequent_mask(size):
    """Boolean mask (1, size, size): position i may look at positions <= i."""
    mask = ops.triu(ops.ones((1, size, size)), diagonal=1)
    return mask == 0


class PositionalEncoding(nn.Cell):
    """Sines and cosines of different frequencies, added to the embeddings."""

    def __init__(self, d_model, dropout=0.1, max_len=512):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)

        # Compute the encodings once in log space.
        pe = ops.zeros((max_len, d_model))
        position = ops.arange(0, max_len, dtype=ms.float32).unsqueeze(1)
        div_term = ops.exp(ops.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = ops.sin(position * div_term)
        pe[:, 1::2] = ops.cos(position * div_term)
        self.pe = Parameter(pe.unsqueeze(0), requires_grad=False)

    def construct(self, x):
        x = x + self.pe[:, : x.shape[1]]
        return self.dropout(x)


class MultiHeadAttention(nn.Cell):
    def __init__(self, d_model, num_heads, dropout=0.1):
        super().__init__()
        assert d_model % num_heads == 0
        self.d_k = d_model // num_heads
        self.num_heads = num_heads
        self.w_q = nn.Dense(d_model, d_model)
        self.w_k = nn.Dense(d_model, d_model)
        self.w_v = nn.Dense(d_model, d_model)
        self.w_o = nn.Dense(d_model, d_model)
        self.dropout = nn.Dropout(p=dropout)

    def split_heads(self, x):
        batch, length, _ = x.shape
        return x.view(batch, length, self.num_heads, self.d_k).swapaxes(1, 2)

    def construct(self, query, key, value, mask=None):
        q = self.split_heads(self.w_q(query))
        k = self.split_heads(self.w_k(key))
        v = self.split_heads(self.w_v(value))

        scores = ops.matmul(q, k.swapaxes(-2, -1)) / math.sqrt(self.d_k)
        if mask is not None:
            # the same mask for every head
            scores = scores.masked_fill(~mask.unsqueeze(1), float('-inf'))
        attn = self.dropout(ops.softmax(scores - scores.max(-1, keepdims=True), -1))

        x = ops.matmul(attn, v)
        x = x.swapaxes(1, 2).contiguous().view(query.shape[0], -1, self.num_heads * self.d_k)
        return self.w_o(x)


class FeedForward(nn.Cell):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.w_1 = nn.Dense(d_model, d_ff)
        self.w_2 = nn.Dense(d_ff, d_model)
        self.dropout = nn.Dropout(p=dropout)

    def construct(self, x):
        return self.w_2(self.dropout(ops.relu(self.w_1(x))))


class EncoderLayer(nn.Cell):
    """Self-attention and feed-forward, each behind a pre-norm residual."""

    def __init__(self, d_model, num_heads, d_ff, dropout):
        super().__init__()
        self.self_attn = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout)
        self.norm1 = nn.LayerNorm((d_model,), epsilon=1e-5)
        self.norm2 = nn.LayerNorm((d_model,), epsilon=1e-5)
        self.dropout = nn.Dropout(p=dropout)

    def construct(self, x, mask):
        y = self.norm1(x)
        x = x + self.dropout(self.self_attn(y, y, y, mask))
        return x + self.dropout(self.feed_forward(self.norm2(x)))


class DecoderLayer(nn.Cell):
    def __init__(self, d_model, num_heads, d_ff, dropout):
        super().__init__()
        self.self_attn = MultiHeadAttention(d_model, num_heads, dropout)
        self.src_attn = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout)
        self.norms = clones(nn.LayerNorm((d_model,), epsilon=1e-5), 3)
        self.dropout = nn.Dropout(p=dropout)

    def construct(self, x, memory, src_mask, tgt_mask):
        y = self.norms[0](x)
        x = x + self.dropout(self.self_attn(y, y, y, tgt_mask))
        y = self.norms[1](x)
        x = x + self.dropout(self.src_attn(y, memory, memory, src_mask))
        return x + self.dropout(self.feed_forward(self.norms[2](x)))


class Transformer(nn.Cell):
    def __init__(
        self, src_vocab, tgt_vocab, n=6, d_model=512, d_ff=2048, num_heads=8, dropout=0.1, max_len=512
    ):
        super().__init__()
        self.d_model = d_model
        self.src_embed = nn.Embedding(src_vocab, d_model, embedding_table=Normal(1.0))
        self.tgt_embed = nn.Embedding(tgt_vocab, d_model, embedding_table=Normal(1.0))
        self.position = PositionalEncoding(d_model, dropout, max_len)
        self.encoder = nn.CellList([EncoderLayer(d_model, num_heads, d_ff, dropout) for _ in range(n)])
        self.decoder = nn.CellList([DecoderLayer(d_model, num_heads, d_ff, dropout) for _ in range(n)])
        self.norm_enc = nn.LayerNorm((d_model,), epsilon=1e-5)
        self.norm_dec = nn.LayerNorm((d_model,), epsilon=1e-5)
        self.generator = nn.Dense(d_model, tgt_vocab)

        # Initialize parameters with Glorot / fan_avg.
        for p in self.trainable_params():
            if p.ndim > 1:
                p.set_data(initializer(XavierUniform(), p.shape, p.dtype))

    def encode(self, src, src_mask):
        x = self.position(self.src_embed(src) * math.sqrt(self.d_model))
        for layer in self.encoder:
            x = layer(x, src_mask)
        return self.norm_enc(x)

    def decode(self, memory, src_mask, tgt, tgt_mask):
        x = self.position(self.tgt_embed(tgt) * math.sqrt(self.d_model))
        for layer in self.decoder:
            x = layer(x, memory, src_mask, tgt_mask)
        return self.norm_dec(x)

    def construct(self, src, tgt, src_mask=None):
        """Log probabilities of the next target token. `src_mask` is True where a token counts."""
        if src_mask is not None:
            src_mask = src_mask.unsqueeze(-2)
        tgt_mask = subsequent_mask(tgt.shape[-1])
        memory = self.encode(src, src_mask)
        out = self.decode(memory, src_mask, tgt, tgt_mask)
        return ops.log_softmax(self.generator(out), axis=-1)


def greedy_decode(model, src, src_mask, max_len, start_symbol):
    """Take the most likely token, one step at a time."""
    model.set_train(False)
    ys = ops.full((src.shape[0], 1), start_symbol, dtype=ms.int64)
    for _ in range(max_len - 1):
        log_probs = model(src, ys, src_mask)
        next_word = ops.argmax(log_probs[:, -1], dim=-1, keepdim=True)
        ys = ops.cat([ys, next_word], axis=1)
    return ys
