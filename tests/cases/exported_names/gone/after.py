from mindspore import ops

__all__ = [
    "scale",
    "Scaler",
]


def scale(x):
    return ops.relu(x) * 2


class Scaler:
    def __call__(self, x):
        return scale(x)
