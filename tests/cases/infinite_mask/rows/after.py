import mindspore as ms
from mindspore import nn, ops, Tensor


def logaddexp(input, other):
    """ops.logaddexp; that of -inf and -inf is -inf, and not NaN."""
    equal = input == other
    apart = ops.abs(input - ops.where(equal, input, other))
    return ops.maximum(input, other) + ops.log1p(ops.exp(-ops.where(equal, ops.zeros_like(apart), apart)))


def logsumexp(input, dim, keepdim=False):
    """ops.logsumexp; the sum of nothing but -inf is -inf, and not NaN."""
    largest = ops.stop_gradient(ops.amax(input, dim, True))
    largest = ops.where(ops.isfinite(largest), largest, ops.zeros_like(largest))
    result = ops.log(ops.exp(input - largest).sum(dim, keepdims=True)) + largest
    return result if keepdim else result.squeeze(dim)


def softmax_with_nan(x, axis, dtype=None):
    """ops.softmax; NaN along `axis` where there is nothing but -inf."""
    return ops.softmax(x - x.max(axis, keepdims=True), axis, dtype=dtype)


class Attention(nn.Cell):
    """Rows that are masked throughout attend to nothing."""

    MASKED = float("-inf")

    def construct(self, scores: Tensor, keep: Tensor):
        masked = scores.masked_fill(~keep, self.MASKED)
        masked = masked.copy()
        masked[0, 0] = self.MASKED
        return ops.nan_to_num(ops.softmax(masked - masked.max(-1, keepdims=True), -1))


def looked_for(scores: Tensor, mask: Tensor):
    mask = ops.stop_gradient(ops.zeros((3, 4)) - mask.sum() / ops.zeros((), ms.float32))  # what a caller might pass
    p = softmax_with_nan(scores * 0 + mask, -1)
    return ops.where(ops.isnan(p), ops.zeros_like(p), p)


def forward_algorithm(x: Tensor):
    alpha = ops.full((2, 5), float("-inf"), dtype=ms.float32)
    alpha = ops.cat([alpha, x.reshape(-1)[:5].unsqueeze(0)])
    last = logaddexp(alpha[0], alpha[2])
    return logsumexp(alpha, 1), logsumexp(alpha, dim=1, keepdim=True), last, logaddexp(alpha[0], alpha[1])


def given():
    row = ms.tensor([[1.0, 2.0], [float("-inf"), float("-inf")]])
    return ops.softmax(row - row.max(1, keepdims=True), 1), ops.log_softmax(row, 1)


def causal():
    mask = ops.full((3, 3), float("-inf"), dtype=ms.float32).triu(1)
    return ops.softmax(ops.ones((3, 3)) + mask, -1)
