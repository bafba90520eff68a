"""An embedding whose rows are kept short, and whose gradients are divided by how often a row is used."""

import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import Normal


class RenormalisedEmbedding(nn.Embedding):
    """torch's nn.Embedding with `max_norm` or `scale_grad_by_freq`."""

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
    ):
        if padding_idx is not None:
            padding_idx = padding_idx % num_embeddings
        super().__init__(num_embeddings, embedding_dim, embedding_table=Normal(1.0), padding_idx=padding_idx)
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq

    def construct(self, ids):
        out = ops.gather(self.embedding_table, ids, 0)
        if self.max_norm is not None:
            # What is looked up is shortened in the table itself, and this is no part of the gradient.
            table = ops.stop_gradient(self.embedding_table)
            norms = ops.norm(table, ord=float(self.norm_type), dim=-1, keepdim=True)
            used = (ops.arange(self.vocab_size).expand_dims(1) == ids.reshape(1, -1)).any(1).expand_dims(1)
            is_long = ops.logical_and(used, norms > self.max_norm)
            table = ops.where(is_long, table * (self.max_norm / (norms + 1e-7)), table)
            out = out + ops.stop_gradient(ops.gather(table, ids, 0) - out)
            ops.assign(self.embedding_table, table)
        factors = ops.ones(ids.shape, ms.float32)
        if self.scale_grad_by_freq:
            flat = ids.reshape(-1)
            counts = (flat.expand_dims(1) == flat.expand_dims(0)).astype(ms.float32).sum(1)
            factors = 1 / counts.reshape(ids.shape)
        if self.padding_idx is not None:
            factors = factors * (ids != self.padding_idx).astype(ms.float32)
        factors = factors.expand_dims(-1).astype(out.dtype)
        return ops.stop_gradient(out) + (out - ops.stop_gradient(out)) * factors
