import math
import numpy
import torch

values = numpy.zeros(3)
made = torch.tensor([math.pi, 2.0])
