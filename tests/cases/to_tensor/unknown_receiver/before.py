import torch


def run(model, loader, device):
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        batch = {key: value.cuda() for key, value in data.items()}
        print(batch, torch.ones(1))
