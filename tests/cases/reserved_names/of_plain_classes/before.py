"""No module of torch's."""


class Battery:
    def __init__(self):
        self.cells = []
        self.phase = 0

    def compile(self):
        return self.cells, self.phase
