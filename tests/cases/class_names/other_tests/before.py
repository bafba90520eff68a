from torch import nn


def kinds(m):
    name = type(m).__name__
    return (
        "Linear" == name,
        name != "Linear",
        name in ["Linear", "Identity"],
        name not in ("Linear",),
        name.find("Linear") == -1,
        name.find("Linear") >= 0,
        name.endswith("Linear"),
        name.startswith("Conv"),
        "Conv" in name,
    )


def same(m, other):
    return m.__class__.__name__ == other.__class__.__name__


layers = [nn.Linear(2, 2), nn.Conv2d(2, 2, 1), nn.Identity()]
