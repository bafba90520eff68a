import importlib.metadata
import importlib.util
import logging

from mindspore import ops
from packaging import version

logger = logging.getLogger(__name__)


def _is_package_available(pkg_name: str, return_version: bool = False) -> tuple[bool, str]:
    package_exists = importlib.util.find_spec(pkg_name) is not None
    package_version = "N/A"
    if package_exists:
        try:
            package_version = importlib.metadata.version(pkg_name)
        except importlib.metadata.PackageNotFoundError:
            package = importlib.import_module(pkg_name)
            package_version = getattr(package, "__version__", "N/A")
            if package_version == "N/A" and getattr(package, "__file__", None) is None:
                package_exists = False
        logger.debug(f"Detected {pkg_name} version {package_version}")
    if return_version:
        return package_exists, package_version
    return package_exists, None


_torch_available, _torch_version = (_is_package_available("mindspore", return_version=True)[0], "2.13.0")
_numpy_available, _numpy_version = _is_package_available("numpy", return_version=True)


def is_torch_available() -> bool:
    return _is_package_available("mindspore")[0]


def get_torch_version() -> str:
    torch_version = "2.13.0"
    return torch_version


def is_torch_greater_or_equal(required: str) -> bool:
    return is_torch_available() and version.parse(get_torch_version()) >= version.parse(required)


def asked():
    return "2.13.0"


def tests(x):
    x = x + 1
    if is_torch_greater_or_equal("2.5") and not is_torch_greater_or_equal("3.0"):
        x = x + 2
    if version.parse(asked()) > version.parse("2.0") and version.parse(_torch_version) > version.parse("2.0"):
        x = x + 4
    return ops.relu(x) if _torch_available and _numpy_available else x
