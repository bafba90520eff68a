import os
import mindspore as ms
from mindspore import nn


def checkpoint_path(path):
    """`path` with the suffix MindSpore asks for, in the place of torch's."""
    root, suffix = os.path.splitext(path)
    return (root if suffix in (".pth", ".pt", ".bin", ".pkl", ".ckpt") else str(path)) + ".ckpt"


def load_checkpoint_from_url(url, model_dir=None):
    """The parameters of the MindSpore checkpoint converted from the file behind a URL.

    It is looked for as <name>.ckpt in `model_dir`, by default ~/.cache/mindspore/checkpoints.
    """
    folder = model_dir or os.path.expanduser("~/.cache/mindspore/checkpoints")
    name = os.path.splitext(os.path.basename(url))[0]
    return ms.load_checkpoint(os.path.join(folder, name + ".ckpt"))


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return self.fc(x)


def saved(path):
    net, other, third = Net(), Net(), Net()
    ms.save_checkpoint(net, checkpoint_path(path))
    ms.save_checkpoint(net, path + "_best.ckpt")
    ms.load_param_into_net(other, ms.load_checkpoint(checkpoint_path(path)))
    ms.load_param_into_net(third, ms.load_checkpoint(path + "_best.ckpt"))
    return [(net.fc.weight - part.fc.weight).abs().max() for part in (other, third)]


def copied():
    net, other = Net(), Net()
    other.load_state_dict(net.state_dict())
    return (net.fc.weight - other.fc.weight).abs().max()


def downloaded(net: Net, url):
    # TODO(torch2ms): [T2M601] the checkpoint behind the URL is torch's; convert it to <name>.ckpt
    #   first
    ms.load_param_into_net(net, load_checkpoint_from_url(url))
    return net


def given(net: Net, state):
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    net.load_state_dict(state, strict=True)
    return net


def nested(path):
    import torch

    net = Net()
    # TODO(torch2ms): [T2M601] ms.save_checkpoint(net, 'net.ckpt') (MindSpore saves a network or its
    #   parameters, not any object)
    #   [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table where torch has
    #   weight, bias, …
    torch.save({"net": net.state_dict(), "epoch": 3}, path)
    # TODO(torch2ms): [T2M601] convert the file with `torch2ms weights`, then ms.load_checkpoint and
    #   ms.load_param_into_net (MindSpore does not read torch's files)
    checkpoint = torch.load(path)
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    net.load_state_dict(checkpoint["net"])
    return checkpoint["epoch"]


def prefixed():
    # TODO(torch2ms): [T2M202] drop the argument if it has no effect for you, or compute its effect
    #   separately (state_dict() with arguments has no counterpart)
    return list(Net().state_dict(prefix="net."))


def to_a_file(path):
    import torch

    net = Net()
    with open(path, "wb") as file:
        # TODO(torch2ms): [T2M601] ms.save_checkpoint(net, 'net.ckpt') (MindSpore saves a network or
        #   its parameters, not any object)
        #   [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table where torch
        #   has weight, bias, …
        torch.save(net.state_dict(), file)
