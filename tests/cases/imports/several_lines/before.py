from torch.nn import (
    Linear,  # dense
    ReLU,
    Unknown,
)


def build():
    return Linear(3, 3), ReLU(), Unknown()
