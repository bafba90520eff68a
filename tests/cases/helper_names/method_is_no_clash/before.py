import torch.nn.functional as F


class Activations:
    def mish(self, x):
        return F.mish(x)
