import functools
import pkgutil
from mindspore import mint


def made_with_torch(make):
    """What `make()` gives. Where it needs torch and there is none, it can be kept; ImportError where it is used."""
    try:
        return make()
    except ImportError as error:
        reason = str(error)
        if "torch" not in reason:
            raise

    def refuse(self, *args):
        raise ImportError(f"this needs torch: {reason}")

    uses = "getattribute setattr delattr call bool len iter next contains getitem setitem eq ne hash repr enter exit"
    return type("Missing", (), {f"__{use}__": refuse for use in uses.split()})()


@functools.cache
def of_torch(name):
    """What torch has under this name. Without torch it can be kept and derived from; ImportError where it is used."""
    try:
        return pkgutil.resolve_name(name)
    except ImportError:
        pass

    def refuse(*args, **kwargs):
        raise ImportError(f"{name} is used, and torch is not installed")

    def attribute(self, attr):
        raise AttributeError(attr) if attr.startswith("__") else ImportError(f"{name}.{attr} is used without torch")

    base = type(name.rpartition(".")[2], (), {"__new__": refuse, "apply": refuse})
    uses = dict.fromkeys(("__call__", "__instancecheck__", "__subclasscheck__"), refuse)
    uses |= dict.fromkeys(("__or__", "__ror__"), lambda self, other: object)  # in annotations
    return type("Missing", (), {**uses, "__getattr__": attribute, "__mro_entries__": lambda self, bases: (base,)})()


STYLES = {}


class Registry:
    def register(self, key, value):
        STYLES[key] = value


class Style:
    def layout(self):
        return "none"


class Rows(Style):
    def __init__(self, placement=None):
        from torch.distributed.tensor import Shard

        # TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
        self.placement = placement or Shard(0)

    def layout(self):
        return str(self.placement)


class Columns(Rows):
    pass


REGISTRY = Registry()
CHAIN = []

if mint.distributed.is_available():
    REGISTRY.register("plain", Style())
    # TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
    REGISTRY.register("rows", made_with_torch(lambda: Rows(placement=of_torch("torch.distributed.tensor.Replicate")())))  # kept
    REGISTRY.register("columns", made_with_torch(lambda: Columns()))
    # TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
    CHAIN.append(made_with_torch(lambda: [of_torch("torch.distributed.tensor.Shard")(1), 2]))
    # TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
    CHAIN.append(made_with_torch(lambda: of_torch("torch.distributed.tensor.Shard")(1)))
    # TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
    CHAIN.append(of_torch("torch.distributed.tensor.Shard"))


def scale(x):
    return x * len(STYLES) + len(STYLES["plain"].layout())
