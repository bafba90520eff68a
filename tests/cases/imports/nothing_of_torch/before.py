"""Says torch and means a light."""
from __future__ import annotations

import os
from . import nn
from .torch_tools import ops as Tensor

print(os, nn, Tensor)
