from mindspore import ops

_has_silu = True
_has_nothing = False
compiler = None
disable = getattr(None, "disable", None) or print


def silu(x):
    return ops.silu(x)


def asked(x):
    return silu(x), _has_silu, _has_nothing, compiler
