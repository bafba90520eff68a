"""Nothing of torch's."""


class Registry:
    def __init__(self):
        self._modules = {}

    def names(self):
        return list(self._modules)
