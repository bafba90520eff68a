"""A module beside the case."""


class Net:
    pass
