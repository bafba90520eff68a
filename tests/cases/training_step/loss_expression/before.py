import torch
import torch.nn.functional as F


def step(model, x, y, optimizer):
    optimizer.zero_grad()
    output = model(x)
    (
        F.mse_loss(output, y)  # the error
        + 0.1 * torch.mean(output)
    ).backward()
    optimizer.step()
    return output


def other(model, batch, optimizer):
    outputs = model(**batch)
    outputs.loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return outputs.loss.item()
