"""Not a tensor of torch's."""


class Counter:
    def add_(self, value):
        self.total = value
        return self


counter = Counter()
counter.add_(3)
names = ["b", "a"]
names.sort()
names.extend(["c"])
