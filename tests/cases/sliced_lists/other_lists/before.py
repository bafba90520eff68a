"""Lists of something else. Not torch's."""


class Queue:
    def __init__(self):
        self.layers = [1, 2, 3]

    def total(self):
        for layer in self.layers[:2]:
            print(layer)
        return [layer for layer in self.layers[1:]]
