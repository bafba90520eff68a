"""An import that may fail is one the file does without; a name of the file's is no package."""

from mindspore import Tensor

try:
    from flash_attn import flash_attn_func
except ImportError:
    flash_attn_func = None


class kornia:
    @staticmethod
    def blur(x):
        return x * 2


def attend(q: Tensor, k: Tensor, v: Tensor):
    if flash_attn_func is not None:
        return flash_attn_func(q, k, v)
    return kornia.blur(q) @ k.swapaxes(-1, -2) @ v
