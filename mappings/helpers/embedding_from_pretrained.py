"""torch's Embedding.from_pretrained: an embedding with a given table."""

from mindspore import nn


def embedding_from_pretrained(embeddings, freeze=True):
    """An nn.Embedding with the rows of `embeddings`, which are trained if it is not frozen."""
    layer = nn.Embedding(*embeddings.shape, embedding_table=embeddings)
    layer.embedding_table.requires_grad = not freeze
    return layer
