"""Conversions of other things. Not torch's."""


def convert(length, fmt):
    return length.to("km"), length.to(fmt), length.to(3.5)
