"""Methods of this name that are not torch's, or may not be."""

import torchlib


class Encoder:
    def flatten_parameters(self):
        return 3


def run(model):
    model.flatten_parameters()
    torchlib.Net().flatten_parameters()
    return Encoder().flatten_parameters()
