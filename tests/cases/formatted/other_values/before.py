"""Formats of values that are no tensors, or of which nothing is known. Not torch's."""


def shown(value, price=0.5):
    return f"{value:.2f} {price:.1f}", "{:.2f}".format(value), format(price, ".1f"), "{a.x:.1f}".format(a=value)
