"""Layers of something else. Not torch's."""


class Cake:
    def __init__(self):
        self.stride = self.padding = 1


def grow(cakes):
    for cake in cakes:
        if isinstance(cake, Cake):
            cake.stride = (1, 1)
            cake.padding = 2
