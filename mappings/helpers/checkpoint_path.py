"""The path of a MindSpore checkpoint."""

import os


def checkpoint_path(path):
    """`path` with the suffix MindSpore asks for, in the place of torch's."""
    root, suffix = os.path.splitext(path)
    return (root if suffix in (".pth", ".pt", ".bin", ".pkl", ".ckpt") else str(path)) + ".ckpt"
