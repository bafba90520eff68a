"""Nothing of torch's."""


def run(table):
    best = table.max(1)
    return best.values, best.indices, {}.values()
