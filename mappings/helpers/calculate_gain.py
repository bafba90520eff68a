import math


def calculate_gain(nonlinearity, param=None):
    """The recommended gain of a nonlinearity."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    return gains.get(nonlinearity, 1.0)
