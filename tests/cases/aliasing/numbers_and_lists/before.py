"""Nothing of torch's."""


def total(values: list, count: int):
    found = values
    found += [1]
    count += 1
    for value in values:
        value += 1
    return found, count
