from mindspore import ops


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Batch normalisation; in training the running statistics, if there are any, are updated."""
    channels = input.shape[1]
    weight = ops.ones((channels,), input.dtype) if weight is None else weight
    bias = ops.zeros((channels,), input.dtype) if bias is None else bias
    if not training:
        shape = (1, channels, *([1] * (input.ndim - 2)))
        scale = weight * ops.rsqrt(running_var + eps)
        return input * scale.reshape(shape) + (bias - running_mean * scale).reshape(shape)
    axes = (0, *range(2, input.ndim))
    mean = input.mean(axes, keep_dims=True)
    var = ((input - mean) ** 2).mean(axes, keep_dims=True)
    if running_mean is not None:
        count = input.size // channels
        ops.assign(running_mean, (1 - momentum) * running_mean + momentum * mean.reshape(-1))
        ops.assign(running_var, (1 - momentum) * running_var + momentum * count / (count - 1) * var.reshape(-1))
    out = (input - mean) * ops.rsqrt(var + eps)
    return out * weight.reshape(mean.shape) + bias.reshape(mean.shape)
