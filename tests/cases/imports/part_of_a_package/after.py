import safetensors
from mindspore import ops


def relu(x):
    return ops.relu(x)


def names(path, copy):
    import safetensors.torch

    with safetensors.safe_open(path, framework="np") as opened:
        found = list(opened.keys())
    if copy:
        # TODO(torch2ms): [T2M205] convert it by hand (safetensors.torch.save_file is not in the
        #   tables)
        safetensors.torch.save_file({}, path + ".copy")
    return found


def first(path):
    with safetensors.safe_open(path, framework="np") as opened:
        return list(opened.keys())[0]


def tensors(path):
    from safetensors.torch import load_file as load

    # TODO(torch2ms): [T2M205] convert it by hand (safetensors.torch.load_file is not in the tables)
    return load(path)
