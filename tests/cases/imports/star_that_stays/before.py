from torch.nn import *
from torch.nn.functional import *

print(SomethingElse, Linear(3, 3))
