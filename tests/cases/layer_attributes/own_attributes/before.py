"""Attributes of something else. Not torch's."""


class Bridge:
    def __init__(self):
        self.stride = 3
        self.momentum = 0.1
        self.weight = 100

    def cross(self):
        self.momentum = 0.2
        return getattr(self, "weight") * self.stride, hasattr(self, "bias")


bridge = Bridge()
bridge.stride = 2
