import torch
from torch import nn

net = nn.Linear(2, 2)
print(net.weight, torch.ones(2))
for name, p in net.named_parameters():
    print(f"{name}: {p}")
    print("{} {}".format(name, p), p.shape)
text = str(net.bias)
