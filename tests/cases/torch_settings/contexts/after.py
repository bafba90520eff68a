from contextlib import ExitStack, nullcontext

import math
import mindspore as ms
from mindspore import ops


def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False
):
    """softmax(query @ key.T * scale + mask) @ value; a boolean mask is True where attention is allowed."""
    if enable_gqa:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], -3)
        value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = ops.matmul(query * scale, key.swapaxes(-2, -1))
    if is_causal:
        attn_mask = ops.tril(ops.ones((query.shape[-2], key.shape[-2]))) > 0
    if attn_mask is None:
        attn = ops.softmax(scores, axis=-1)
    else:
        if attn_mask.dtype != ms.bool_:
            allowed = attn_mask > float("-inf")
            scores = scores + ops.where(allowed, attn_mask, 0.0).astype(scores.dtype)
        else:
            allowed = attn_mask
        # A finite mask: a row of -inf would spoil the others. Where nothing is allowed the result is 0.
        low = -1e4 if scores.dtype == ms.float16 else -1e9
        attn = ops.softmax(ops.where(allowed, scores, low), axis=-1)
        attn = attn * allowed.any(-1, keep_dims=True).astype(attn.dtype)
    if dropout_p > 0:
        attn = ops.dropout(attn, dropout_p)
    return ops.matmul(attn, value)



def attention(q, k, v, plain=False):
    # of whatever kernel
    x = scaled_dot_product_attention(q, k, v)
    y = ops.stop_gradient(x * 2)
    x = x * 2
    context = nullcontext()
    with context:
        x = x * 3
    with ExitStack() as stack:
        stack.enter_context(nullcontext())
        x = x + 1
    return x + y


def decorated(q, k, v):
    return scaled_dot_product_attention(q, k, v)


def kernel():
    return nullcontext()


def entered(x):
    with kernel():
        return ops.relu(x)
