import mindspore as ms
from mindspore import ops


def step(model, x, y, optimizer):
    def forward_fn():
        output = model(x)
        return (ops.mse_loss(output, y)  # the error
            + 0.1 * ops.mean(output)), output

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
    (_, output), grads = grad_fn()
    optimizer(grads)
    return output


def other(model, batch, optimizer):
    def forward_fn():
        outputs = model(**batch)
        return outputs.loss, outputs.loss, outputs

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
    (_, _, outputs), grads = grad_fn()
    optimizer(grads)
    return outputs.loss.item()
