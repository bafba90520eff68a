import torch
from torch import nn


class Net(nn.Module):
    def learn(self):
        torch.nn.Module.train(self, True)
        return self.training
