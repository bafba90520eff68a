import mindspore as ms
from mindspore import ops
from mindspore.experimental import optim


def train(model, batches, lr):
    optimizer = optim.SGD(model.trainable_params(), lr=lr)
    hidden = ops.zeros((1, 4, 8))
    for x, y in batches:
        hidden = ops.stop_gradient(hidden)

        def forward_fn(hidden):
            output, hidden = model(x, hidden)
            loss = ops.cross_entropy(output, y)
            return loss, hidden

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
        (loss, hidden), grads = grad_fn(hidden)
        optimizer(grads)
