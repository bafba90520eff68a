from mindspore import ops


def run(model, loader, device):
    for data, target in loader:
        batch = {key: value for key, value in data.items()}
        print(batch, ops.ones((1,)))
