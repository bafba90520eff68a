import sys

from mindspore import ops


def relu(x):
    return ops.relu(x)


try:
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.torchvision.nms is not in the tables)
    pool = torch.ops.torchvision.nms
except (ImportError, AttributeError):
    pool = None

if "--prune" in sys.argv:
    from torch.nn.utils import prune

    # TODO(torch2ms): [T2M201] multiply the weight by a mask in construct (MindSpore has no pruning
    #   of this kind)
    prune.l1_unstructured(None, "weight", amount=3)
else:
    print("nothing to prune")

if __name__ == "__main__":
    import torch.distributed as dist

    # one process for each device
    # TODO(torch2ms): [T2M702] mindspore.communication.init() (MindSpore starts communication
    #   itself)
    dist.init_process_group("nccl")
    print(relu(ops.ones((3,))))
