"""No module of torch's."""

import torchlib


class Wrapper:
    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return getattr(self.module, name)


class Layer(torchlib.Layer):
    def __getattr__(self, name):
        return getattr(self.module, name)
