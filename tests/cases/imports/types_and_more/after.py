from typing import TYPE_CHECKING

from mindspore import ops, Tensor

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor


# TODO(torch2ms): [T2M702] Cell.shard and mindspore.Layout (distributed tensors)
def relu(x: Tensor, like: 'DTensor | None' = None) -> Tensor:
    if like is not None:
        from torch.distributed.tensor import DTensor

        # TODO(torch2ms): [T2M205] convert it by hand (torch.distributed.tensor.DTensor.from_local
        #   is not in the tables)
        return DTensor.from_local(x, like.device_mesh)
    return ops.relu(x)


def sizes(number: int):
    from torch.distributed.tensor.placement_types import Shard

    # TODO(torch2ms): [T2M205] convert it by hand (torch.distributed.tensor.placement_types.Shard is
    #   not in the tables)
    return Shard(number)
