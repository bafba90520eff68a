"""An embedding whose padding row gets no gradient."""

from mindspore import nn, ops
from mindspore.common.initializer import Normal


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
