def save(path):
    with open(path) as f:
        return f.read()


def load(path):
    with open(path) as f:
        return f.read()
