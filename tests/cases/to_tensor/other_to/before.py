"""A `to` of something else. Not torch's."""


def convert(unit, value):
    return unit.to(value, precise=True)
