import sys

import torch
import torch.distributed as dist
from torch.nn.utils import prune


def relu(x):
    return torch.relu(x)


try:
    pool = torch.ops.torchvision.nms
except (ImportError, AttributeError):
    pool = None

if "--prune" in sys.argv:
    prune.l1_unstructured(None, "weight", amount=3)
else:
    print("nothing to prune")

if __name__ == "__main__":
    # one process for each device
    dist.init_process_group("nccl")
    print(relu(torch.ones(3)))
