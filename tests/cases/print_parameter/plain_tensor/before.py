"""Only parameters print without values. Not torch's."""


def show(weight):
    print(weight, f"{weight}")
