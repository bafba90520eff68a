"""A context of another name, next to a torch import that stays."""
from torch.fx import symbolic_trace


def run(model, no_grad):
    with no_grad():
        return symbolic_trace(model)
