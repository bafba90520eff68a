from typing import Generic, NamedTuple, Optional, TypeVar

from mindspore import ops, Tensor

T = TypeVar("T")
# TODO(torch2ms): [T2M206] as a type it is the same; called with sizes it is not
Out = NamedTuple("Out", [("logits", Tensor)])
Out.__annotations__ = {"logits": Tensor, "aux": Optional[Tensor]}


class Base(Generic[T]):
    pass


class Ops(Base[Tensor]):
    # TODO(torch2ms): [T2M206] as a type it is the same; called with sizes it is not
    kinds = (Tensor, int)


def register(function, kind):
    def keep(kernel):
        kernel.kind = kind
        return kernel
    return keep


# TODO(torch2ms): [T2M206] as a type it is the same; called with sizes it is not
@register(print, Tensor)
def relu(x):
    return ops.relu(x)


# TODO(torch2ms): [T2M206] as a type it is the same; called with sizes it is not
hints = {"x": Tensor, Tensor: 3}


def run(x):
    return relu(x) if isinstance(x, (*Ops.kinds, str)) and relu.kind is hints["x"] else x
