import torch
from torch.distributed.tensor import Replicate, Shard

STYLES = {}


class Registry:
    def register(self, key, value):
        STYLES[key] = value


class Style:
    def layout(self):
        return "none"


class Rows(Style):
    def __init__(self, placement=None):
        self.placement = placement or Shard(0)

    def layout(self):
        return str(self.placement)


class Columns(Rows):
    pass


REGISTRY = Registry()
CHAIN = []

if torch.distributed.is_available():
    REGISTRY.register("plain", Style())
    REGISTRY.register("rows", Rows(placement=Replicate()))  # kept
    REGISTRY.register("columns", Columns())
    CHAIN.append([Shard(1), 2])
    CHAIN.append(Shard(1))
    CHAIN.append(Shard)


def scale(x):
    return x * len(STYLES) + len(STYLES["plain"].layout())
