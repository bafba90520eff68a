"""A bidirectional LSTM that tags the words of a sentence."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LSTMTagger(nn.Module):
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
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(
            embedding_dim,
            hidden_dim // 2,
            num_layers=num_layers,
            batch_first=True,
            bidirectional=True,
            dropout=dropout if num_layers > 1 else 0.0,
        )
        self.norm = nn.LayerNorm(hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.hidden2tag.weight)
        nn.init.zeros_(self.hidden2tag.bias)

    def forward(self, sentence: Tensor) -> Tensor:
        mask = (sentence != self.padding_idx).unsqueeze(-1).float()
        embeds = self.word_embeddings(sentence)
        lstm_out, (h_n, c_n) = self.lstm(embeds)
        scores = self.hidden2tag(self.norm(lstm_out) * mask)
        return F.log_softmax(scores, dim=-1)


class SentenceClassifier(nn.Module):
    """Last state of both directions, then a linear layer."""

    def __init__(self, vocab_size: int, num_classes: int, dim: int = 32, cell: str = "lstm"):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, dim)
        if cell == "gru":
            self.rnn = nn.GRU(dim, dim, batch_first=True, bidirectional=True)
        else:
            self.rnn = nn.LSTM(dim, dim, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * dim, num_classes)

    def forward(self, tokens: Tensor) -> Tensor:
        out, state = self.rnn(self.embed(tokens))
        hidden = state[0] if isinstance(state, tuple) else state
        hidden = torch.cat((hidden[-2], hidden[-1]), dim=1)
        return self.fc(hidden)


def tagging_loss(log_probs: Tensor, tags: Tensor, ignore_index: int = -1) -> Tensor:
    """Negative log likelihood over all words that are not padding."""
    return F.nll_loss(
        log_probs.view(-1, log_probs.size(-1)),
        tags.view(-1),
        ignore_index=ignore_index,
    )
