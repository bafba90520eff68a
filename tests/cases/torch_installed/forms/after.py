import importlib
import importlib.metadata
import importlib.util
import sys
from importlib.util import find_spec as found

NAME = 'torch'


def is_package_available(pkg_name):
    package_exists = importlib.util.find_spec(pkg_name) is not None
    if package_exists:
        try:
            importlib.metadata.version(pkg_name)
            return True
        except importlib.metadata.PackageNotFoundError:
            return False
    return False


def require(package):
    if not is_package_available(package):
        raise ImportError(f"{package} is not installed")


has = lambda package: found(package) is not None

_torch_available = is_package_available(pkg_name="mindspore")
_by_name = importlib.util.find_spec("mindspore") is not None
_xla_available = found("torch_xla") is not None


def is_torch_available():
    return _torch_available



try:
    from mindspore import ops
except ImportError:
    optim = None


layers = None


def answers(x):
    require("mindspore")
    found_all = [has("mindspore"), _by_name, _xla_available, "mindspore" in sys.modules, sys.modules.get("mindspore") is not None]
    return ops.relu(x) * sum(found_all)


def module(x):
    return ops.relu(x)
