import contextlib
from contextlib import ExitStack, nullcontext

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

BACKENDS = [SDPBackend.FLASH_ATTENTION, SDPBackend.MATH]


def attention(q, k, v, plain=False):
    with sdpa_kernel(BACKENDS):
        # of whatever kernel
        x = F.scaled_dot_product_attention(q, k, v)
    with torch.no_grad(), torch.backends.cudnn.flags(enabled=False):
        y = x * 2
    with sdpa_kernel(SDPBackend.MATH) if plain else nullcontext():
        x = x * 2
    context = sdpa_kernel(SDPBackend.MATH) if plain else contextlib.nullcontext()
    with context:
        x = x * 3
    with ExitStack() as stack:
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        x = x + 1
    return x + y


@sdpa_kernel(SDPBackend.MATH)
def decorated(q, k, v):
    return F.scaled_dot_product_attention(q, k, v)


def kernel():
    return sdpa_kernel([SDPBackend.MATH])


def entered(x):
    with kernel(), torch.autograd.detect_anomaly():
        return torch.relu(x)
