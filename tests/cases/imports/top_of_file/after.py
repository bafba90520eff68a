#!/usr/bin/env python
# -*- coding: utf-8 -*-
# Copyright of somebody.
"""What this is.

More of it.
"""
from __future__ import annotations

import os
from mindspore import ops, Tensor  # the framework
import numpy as np

from .layers import Conv


def run(x: Tensor):
    return ops.relu(x) + np.float32(1)
