import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


def total_norm(tensors, norm_type=2.0):
    """The norm of several tensors taken together."""
    flat = ops.cat([tensor.reshape(-1) for tensor in tensors])
    return ops.norm(flat, norm_type)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(3, 4)
        self.b = nn.Dense(4, 2)

    def construct(self, x):
        return self.b(2 * ops.sigmoid(2 * self.a(x)) - 1)


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


def train(model: Net, x, y, max_norm=None):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1)
    return [step(model, optimizer, x, y, max_norm) for _ in range(3)]


def fit(model: Net, x, y):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1)

    def forward_fn():
        loss = ops.mse_loss(model(x), y)
        return loss

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    loss, grads = grad_fn()
    norm = total_norm(grads)
    grads = ops.clip_by_global_norm(grads, 0.5)
    grads = ops.clip_by_value(grads, -0.3, 0.3)
    optimizer(grads)
    return norm
