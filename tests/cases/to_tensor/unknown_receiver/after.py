from mindspore import ops


def run(model, loader, device):
    found = []
    for data, target in loader:
        found.append(data + target)
    return found, ops.ones((1,))


def on_gpu(data):
    return {key: value for key, value in data.items()}
