import math
import numpy
import mindspore as ms

values = numpy.zeros(3)
made = ms.tensor([math.pi, 2.0])
