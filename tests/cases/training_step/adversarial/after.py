import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim

generator = nn.Dense(8, 16)
critic = nn.Dense(16, 1)
ops.assign(generator.weight, ops.broadcast_to(ops.linspace(-0.3, 0.3, 128).reshape(16, 8), generator.weight.shape).astype(generator.weight.dtype))
ops.assign(critic.weight, ops.broadcast_to(ops.linspace(1, -2, 16), critic.weight.shape).astype(critic.weight.dtype))
generator.bias.set_data(initializer(Constant(0.1), generator.bias.shape, generator.bias.dtype))
critic.bias.set_data(initializer(Constant(0.2), critic.bias.shape, critic.bias.dtype))
optimizer_g = optim.SGD(generator.trainable_params(), lr=0.05, momentum=0.9)
optimizer_c = optim.SGD(critic.trainable_params(), lr=0.05, momentum=0.9)
noise = ops.linspace(-1, 2, 32).reshape(4, 8)
real = ops.linspace(0, 2, 64).reshape(4, 16)

for _ in range(5):
    def forward_fn():
        fake = 2 * ops.sigmoid(2 * generator(noise)) - 1
        loss_c = critic(ops.stop_gradient(fake)).mean() - critic(real).mean()
        return loss_c, fake

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer_c.parameters, has_aux=True)
    (loss_c, fake), grads = grad_fn()
    optimizer_c(grads)

    def forward_fn_():
        loss_g = -critic(fake).mean()
        return loss_g

    grad_fn_ = ms.value_and_grad(forward_fn_, None, optimizer_g.parameters)
    loss_g, grads = grad_fn_()
    optimizer_g(grads)


def run():
    return loss_c.item(), loss_g.item(), generator.weight, generator.bias, critic.weight
