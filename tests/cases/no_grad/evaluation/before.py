import torch
import torch.nn.functional as F


def accuracy(logits, y):
    with torch.no_grad():
        top, places = logits.topk(2, 1)
        hits = places.eq(y[:, None])
        return hits.float().sum(0)


@torch.no_grad()
def evaluate(net, batches):
    losses = []
    loss = 0.0
    for x, y in batches:
        out = net(x)
        loss += F.cross_entropy(out, y)
        losses.append(F.cross_entropy(out, y))
    return loss / len(batches), losses


def validate(net, batches):
    correct = 0
    for x, y in batches:
        with torch.no_grad():
            out = net(x)
            correct += (out.argmax(1) == y).sum()
    print(evaluate(net, batches))
    return correct


def train(net, batches, optimizer):
    history = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for x, y in batches:
            out = net(x)
            history.append(F.cross_entropy(out, y))
            loss = F.cross_entropy(out, y)
    mean, _ = evaluate(net, batches)
    validate(net, batches)
    return history, loss, mean
