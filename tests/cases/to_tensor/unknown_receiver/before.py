import torch


def run(model, loader, device):
    found = []
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        found.append(data + target)
    return found, torch.ones(1)


def on_gpu(data):
    return {key: value.cuda() for key, value in data.items()}
