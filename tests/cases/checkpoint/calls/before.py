import torch
import torch.utils.checkpoint as cp
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.layers = nn.Sequential(nn.Linear(3, 3), nn.Tanh())

    def _forward(self, x, scale, shift=0.0):
        return self.fc(x) * scale + shift

    def forward(self, x, scale):
        x = checkpoint(self._forward, x, scale, shift=1.0, use_reentrant=False)
        x = cp.checkpoint(
            self._forward,
            x,  # the input
            scale,
            use_reentrant=False,
            preserve_rng_state=False,
        )
        x = checkpoint(lambda a: torch.relu(a) + scale, x, use_reentrant=True)
        with cp.set_checkpoint_early_stop(False):
            x = checkpoint_sequential(self.layers, 2, x, use_reentrant=False)
        inputs = (x, scale)
        return checkpoint(self._forward, *inputs, use_reentrant=False)
