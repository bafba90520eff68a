import mindspore as ms
from mindspore import ops


def accuracy(logits, y):
    top, places = ops.topk(logits, 2, 1)
    hits = places.eq(y[:, None])
    return hits.float().sum(0)


def evaluate(net, batches):
    losses = []
    loss = 0.0
    for x, y in batches:
        out = net(x)
        loss += ops.cross_entropy(out, y)
        losses.append(ops.cross_entropy(out, y))
    return loss / len(batches), losses


def validate(net, batches):
    correct = 0
    for x, y in batches:
        out = net(x)
        correct += (out.argmax(1) == y).sum()
    print(evaluate(net, batches))
    return correct


def train(net, batches, optimizer):
    history = []
    for x, y in batches:
        def forward_fn():
            loss = ops.cross_entropy(net(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
    for x, y in batches:
        out = net(x)
        history.append(ops.cross_entropy(out, y))
        loss = ops.cross_entropy(out, y)
    mean, _ = evaluate(net, batches)
    validate(net, batches)
    return history, loss, mean
