"""Checkpoints that torch programs fetch by URL."""

import os

import mindspore as ms


def load_checkpoint_from_url(url, model_dir=None):
    """The parameters of the MindSpore checkpoint converted from the file behind a URL.

    It is looked for as <name>.ckpt in `model_dir`, by default ~/.cache/mindspore/checkpoints.
    """
    folder = model_dir or os.path.expanduser("~/.cache/mindspore/checkpoints")
    name = os.path.splitext(os.path.basename(url))[0]
    return ms.load_checkpoint(os.path.join(folder, name + ".ckpt"))
