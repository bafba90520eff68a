"""A bidirectional LSTM that tags the words of a sentence."""

from __future__ import annotations

from mindspore import nn, ops, Tensor
from mindspore.common.initializer import initializer, Normal, XavierUniform


class Embedding(nn.Embedding):
    """nn.Embedding with torch's parameters and torch's initial values."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, sparse=False, device=None, dtype=None):
        if padding_idx is not None:
            padding_idx = padding_idx % num_embeddings
        super().__init__(num_embeddings, embedding_dim, embedding_table=Normal(1.0), padding_idx=padding_idx)
        if dtype is not None:
            self.embedding_table.set_dtype(dtype)

    def construct(self, ids):
        out = ops.gather(self.embedding_table, ids, 0)
        if self.padding_idx is None:
            return out
        keep = (ids != self.padding_idx).astype(out.dtype).expand_dims(-1)
        return out * keep + ops.stop_gradient(out) * (1 - keep)


class LSTMTagger(nn.Cell):
    """Word ids in, one row of tag scores per word out.

    Args:
        vocab_size: number of words, the padding word included.
        tagset_size: number of tags.
        embedding_dim: size of a word vector.
        hidden_dim: size of the LSTM state, both directions together.
        num_layers: number of stacked LSTM layers.
        padding_idx: id of the padding word.
    """

    def __init__(
        self,
        vocab_size: int,
        tagset_size: int,
        embedding_dim: int = 64,
        hidden_dim: int = 128,
        num_layers: int = 1,
        dropout: float = 0.0,
        padding_idx: int = 0,
    ) -> None:
        super().__init__()
        assert hidden_dim % 2 == 0, "hidden_dim is split over two directions"
        self.padding_idx = padding_idx
        self.word_embeddings = Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(
            embedding_dim,
            hidden_dim // 2,
            num_layers=num_layers,
            batch_first=True,
            bidirectional=True,
            dropout=dropout if num_layers > 1 else 0.0,
        )
        self.norm = nn.LayerNorm((hidden_dim,), epsilon=1e-5)
        self.hidden2tag = nn.Dense(hidden_dim, tagset_size)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        self.hidden2tag.weight.set_data(initializer(XavierUniform(), self.hidden2tag.weight.shape, self.hidden2tag.weight.dtype))
        self.hidden2tag.bias.set_data(initializer("zeros", self.hidden2tag.bias.shape, self.hidden2tag.bias.dtype))

    def construct(self, sentence: Tensor) -> Tensor:
        mask = (sentence != self.padding_idx).unsqueeze(-1).float()
        embeds = self.word_embeddings(sentence)
        lstm_out, (h_n, c_n) = self.lstm(embeds)
        scores = self.hidden2tag(self.norm(lstm_out) * mask)
        return ops.log_softmax(scores, axis=-1)


class SentenceClassifier(nn.Cell):
    """Last state of both directions, then a linear layer."""

    def __init__(self, vocab_size: int, num_classes: int, dim: int = 32, cell: str = "lstm"):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, dim, embedding_table=Normal(1.0))
        if cell == "gru":
            self.rnn = nn.GRU(dim, dim, batch_first=True, bidirectional=True)
        else:
            self.rnn = nn.LSTM(dim, dim, batch_first=True, bidirectional=True)
        self.fc = nn.Dense(2 * dim, num_classes)

    def construct(self, tokens: Tensor) -> Tensor:
        out, state = self.rnn(self.embed(tokens))
        hidden = state[0] if isinstance(state, tuple) else state
        hidden = ops.cat((hidden[-2], hidden[-1]), axis=1)
        return self.fc(hidden)


def tagging_loss(log_probs: Tensor, tags: Tensor, ignore_index: int = -1) -> Tensor:
    """Negative log likelihood over all words that are not padding."""
    return ops.nll_loss(
        log_probs.view(-1, log_probs.shape[-1]),
        tags.view(-1),
        ignore_index=ignore_index,
    )
