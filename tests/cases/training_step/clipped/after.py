import mindspore as ms
from mindspore import ops
from mindspore.experimental import optim


def total_norm(tensors, norm_type=2.0):
    """The norm of several tensors taken together."""
    flat = ops.cat([tensor.reshape(-1) for tensor in tensors])
    return ops.norm(flat, norm_type)


def step(model, optimizer, x, y, max_norm):
    def forward_fn():
        loss = ops.mse_loss(model(x), y)
        return loss

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    loss, grads = grad_fn()
    if max_norm is not None:
        grads = ops.clip_by_norm(grads, max_norm)  # torch clips in place
    optimizer(grads)
    return loss.item()


def fit(model, x, y):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1)

    def forward_fn():
        loss = ops.mse_loss(model(x), y)
        return loss

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    loss, grads = grad_fn()
    norm = total_norm(grads)
    grads = ops.clip_by_global_norm(grads, 1.0)
    grads = ops.clip_by_value(grads, -0.5, 0.5)
    optimizer(grads)
    return norm
