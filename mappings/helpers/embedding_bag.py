"""torch's EmbeddingBag: rows of a table, reduced bag by bag."""

import mindspore as ms
from mindspore import Parameter, nn, ops
from mindspore.common.initializer import Normal, initializer


class EmbeddingBag(nn.Cell):
    """The sum, mean or maximum of the rows of `weight` in each bag."""

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        mode="mean",
        sparse=False,
        _weight=None,
        include_last_offset=False,
        padding_idx=None,
        device=None,
        dtype=None,
        _freeze=False,
    ):
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        if _weight is None:
            _weight = initializer(Normal(1.0), (num_embeddings, embedding_dim), dtype or ms.float32).init_data()
            if padding_idx is not None:
                _weight[self.padding_idx] = 0
        self.weight = Parameter(_weight, requires_grad=not _freeze)

    def construct(self, input, offsets=None, per_sample_weights=None):
        if per_sample_weights is not None and self.mode != "sum":
            raise NotImplementedError(f"per_sample_weights goes with mode='sum', not '{self.mode}'")
        rows = ops.gather(self.weight, input, 0)
        belongs = ops.ones_like(input) if self.padding_idx is None else input != self.padding_idx
        belongs = belongs.astype(rows.dtype)
        if input.ndim == 2:
            belongs = belongs.expand_dims(1)
            factors = belongs if per_sample_weights is None else belongs * per_sample_weights.expand_dims(1)
        else:
            count = input.shape[0]
            starts, ends = offsets, ops.cat((offsets[1:], ops.full((1,), count, dtype=offsets.dtype)))
            if self.include_last_offset:
                starts, ends = offsets[:-1], offsets[1:]
            places = ops.arange(count).astype(offsets.dtype)
            inside = ops.logical_and(places >= starts.expand_dims(1), places < ends.expand_dims(1))
            belongs = (inside.astype(rows.dtype) * belongs).expand_dims(1)
            factors = belongs if per_sample_weights is None else belongs * per_sample_weights
        sizes = belongs.sum(-1)
        if self.mode == "max":
            lowest = ops.full_like(rows, -3.4e38)
            chosen = ops.where(ops.swapaxes(belongs, 1, 2) > 0, rows, lowest)
            return ops.where(sizes > 0, ops.amax(chosen, 1), ops.zeros_like(chosen[:, 0]))
        total = ops.matmul(factors, rows).squeeze(1)
        return total if self.mode == "sum" else total / ops.maximum(sizes, 1)
