"""Steps of something else. Not torch's."""


class Walker:
    def __init__(self):
        self.param_groups = [{"lr": 1}]

    def step(self):
        return self.param_groups[0]["lr"]


def walk(walker: Walker):
    return walker.step(), walker.param_groups
