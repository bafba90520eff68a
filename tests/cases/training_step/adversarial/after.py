import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim

generator = nn.Dense(8, 16)
critic = nn.Dense(16, 1)
optimizer_g = optim.Adam(generator.trainable_params())
optimizer_c = optim.Adam(critic.trainable_params())

for _ in range(10):
    def forward_fn():
        fake = generator(ops.randn(4, 8))
        loss_c = critic(ops.stop_gradient(fake)).mean() - critic(ops.randn(4, 16)).mean()
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
