import safetensors.torch
import torch
from safetensors.torch import load_file as load


def relu(x):
    return torch.relu(x)


def names(path, copy):
    with safetensors.safe_open(path, framework="np") as opened:
        found = list(opened.keys())
    if copy:
        safetensors.torch.save_file({}, path + ".copy")
    return found


def first(path):
    with safetensors.safe_open(path, framework="np") as opened:
        return list(opened.keys())[0]


def tensors(path):
    return load(path)
