import os


def hub_dir():
    """The folder for what is downloaded; the checkpoints are in `checkpoints` there."""
    return os.path.expanduser("~/.cache/mindspore")
