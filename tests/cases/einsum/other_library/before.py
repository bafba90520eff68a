"""Sums of something else. Not torch's."""
import numpy as np


def trace(x, equation):
    return np.einsum("ii->", x) + np.einsum(equation, x)
