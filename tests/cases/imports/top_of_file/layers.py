"""A module beside the case."""


class Conv:
    pass
