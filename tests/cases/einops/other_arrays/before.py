"""einops knows arrays of NumPy's: what is one stays. What may be one goes to a helper that takes both."""

import numpy as np
import torch
from einops import rearrange


def to_image(size):
    pixels = np.arange(size * size * 3).reshape(3, size, size)
    return rearrange(pixels, 'c h w -> h w c')


def last(x):
    return rearrange(x, 'c h w -> h w c')


def both(x):
    return last(x), last(np.ones((2, 3, 4))), rearrange(torch.relu(x), 'c h w -> w (h c)')
