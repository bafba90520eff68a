import mindspore as ms
from mindspore import ops
from mindspore.experimental import optim


def train(model, loader, lr):
    optimizer = optim.SGD(model.trainable_params(), lr=lr, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 10)
    total = 0.0
    for data, target in loader:
        # a new turn
        # reset

        # forward
        def forward_fn():
            output = model(data)
            loss = ops.cross_entropy(output, target)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)

        # backward
        loss, grads = grad_fn()
        optimizer(grads)
        scheduler.step()
        total += loss.item()
    return total
