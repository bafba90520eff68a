"""Bases of something else. Not torch's."""


class Layer:
    def __init__(self, width, padding=0, bias=True):
        self.width = width


class Conv(Layer):
    def __init__(self, width):
        super().__init__(width, padding=1, bias=False)


class Wide(Conv):
    pass
