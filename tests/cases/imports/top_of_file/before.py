#!/usr/bin/env python
# -*- coding: utf-8 -*-
# Copyright of somebody.
"""What this is.

More of it.
"""
from __future__ import annotations

import os
import torch  # the framework
import torch.nn as nn
import numpy as np

from .layers import Conv


def run(x: torch.Tensor):
    return nn.functional.relu(x) + np.float32(1)
