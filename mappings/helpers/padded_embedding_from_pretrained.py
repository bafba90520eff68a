"""torch's Embedding.from_pretrained with a padding row."""

from mindspore import nn, ops


class PretrainedEmbedding(nn.Embedding):
    """An nn.Embedding with the rows of `embeddings`; the row of `padding_idx` gets no gradient."""

    def __init__(self, embeddings, freeze=True, padding_idx=None):
        super().__init__(*embeddings.shape, embedding_table=embeddings)
        self.padding_idx = None if padding_idx is None else padding_idx % self.vocab_size
        self.embedding_table.requires_grad = not freeze

    def construct(self, ids):
        out = ops.gather(self.embedding_table, ids, 0)
        if self.padding_idx is None:
            return out
        keep = (ids != self.padding_idx).astype(out.dtype).expand_dims(-1)
        return out * keep + ops.stop_gradient(out) * (1 - keep)
