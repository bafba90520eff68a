"""Initializers of something else. Not torch's."""


class init:
    @staticmethod
    def normal_(weight, std):
        weight.append(std)


def zeros_(weight):
    weight.clear()


weight = []
init.normal_(weight, std=0.02)
zeros_(weight)
