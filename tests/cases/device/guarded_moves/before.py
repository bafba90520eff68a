import torch
from torch import nn

use_cuda = torch.cuda.is_available()
net = nn.Linear(2, 2)
if use_cuda:
    net.cuda()
    torch.cuda.manual_seed(1)
if torch.cuda.is_available():
    net = net.cuda()
else:
    print("slow")
