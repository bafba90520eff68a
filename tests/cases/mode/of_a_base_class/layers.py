"""A module beside the case."""


class Special:
    pass
