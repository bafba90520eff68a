"""Parameters of something else. Not torch's."""
import inspect


class Curve:
    def parameters(self):
        return [1, 2]

    def named_parameters(self):
        return {"a": 1}


def count(curve: Curve):
    return len(curve.parameters()), list(curve.named_parameters()), inspect.signature(count).parameters
