"""einops.parse_shape."""


def parse_shape(x, pattern):
    """The sizes of the axes that a pattern names, by their names, as einops.parse_shape gives them."""
    names = pattern.replace("()", "1").split()
    if "..." in names:
        i = names.index("...")
        names[i : i + 1] = ["_"] * (len(x.shape) - len(names) + 1)
    return {name: size for name, size in zip(names, x.shape, strict=True) if name not in ("_", "1")}
