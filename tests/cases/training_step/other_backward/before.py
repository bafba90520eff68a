# trains with accelerate, on top of torch


def train(model, loader, accelerator, optimizer):
    for x, y in loader:
        loss = model(x, y)
        accelerator.backward(loss)
        optimizer.step()
