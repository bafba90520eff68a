import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Critic(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Dense(3, 5)
        self.last = nn.Dense(5, 1)

    def construct(self, x):
        return self.last(ops.sigmoid(self.first(x)))


def gradient_penalty(critic, real, fake):
    """The penalty of WGAN-GP."""
    alpha = ops.full((real.shape[0], 1), 0.3, dtype=ms.float32)
    mixed = (alpha * real + (1 - alpha) * fake)
    gradients = ms.grad(critic)(mixed)
    gradients = gradients.view(gradients.shape[0], -1)
    return ((gradients.norm(2, 1) - 1) ** 2).mean()


def with_scores(critic, x):
    x = ops.stop_gradient(x)
    def forward_fn(x):
        scores = critic(x)
        return scores.sum(), scores

    gradient, (scores,) = ms.grad(forward_fn, has_aux=True)(x)
    return scores.mean() + gradient.square().sum()


def train(critic, real, fake):
    optimizer = optim.SGD(critic.trainable_params(), lr=0.1)
    losses = []
    for _ in range(3):
        def forward_fn():
            loss = critic(fake).mean() - critic(real).mean() + 10 * gradient_penalty(critic, real, fake)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads_ = grad_fn()
        optimizer(grads_)
        losses.append(loss.item())
    return losses, with_scores(critic, real)


def second_order(x: Tensor):
    x = ops.stop_gradient(x)
    def forward_fn(x):
        return (x**3).sum()

    def forward_fn2(x):
        first = ms.grad(forward_fn)(x)
        return first.sum(), first

    second, (first,) = ms.grad(forward_fn2, has_aux=True)(x)
    second = ops.stop_gradient(second)
    return ops.stop_gradient(first), second


def weighted(a: Tensor, b: Tensor, weights: Tensor):
    a, b = ops.stop_gradient(a), ops.stop_gradient(b)
    def forward_fn(a, b):
        c = a * b
        d = ops.sin(c) + a
        return (d * weights).sum()

    of_a, of_b = tuple(map(ops.stop_gradient, ms.grad(forward_fn, (0, 1))(a, b)))
    return of_a - 2 * of_b


def heat(net, t):
    t = ops.stop_gradient(t)
    def forward_fn(t):
        u = net(t)
        return u, u

    u_t, (u,) = ms.grad(forward_fn, has_aux=True)(t)
    def forward_fn2(t):
        return ms.grad(forward_fn, has_aux=True)(t)[0]

    u_tt = ms.grad(forward_fn2)(t)
    return u_tt.sum() + u_t.mean() + u.mean()


def step(net, x, y):
    def forward_fn():
        return ((net(x) - y) ** 2).mean()

    grads = tuple(map(ops.stop_gradient, ms.grad(forward_fn, None, net.trainable_params())()))
    return [(g * g).sum() for g in grads]
