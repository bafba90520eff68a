import os
import torch
import torch.nn as nn

print(os.getcwd())
