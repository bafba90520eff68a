from mindspore import ops

_compiling = None or None
_exporting = None


def compiling():
    return _compiling is not None and _compiling() or _exporting is not None


def relu(x):
    return ops.relu(x) if not compiling() else x
