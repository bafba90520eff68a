"""Nothing of torch's."""


class Batch:
    def __init__(self, data):
        self.data = data


batch = Batch([1])
batch.data = [2]
print(batch.data)
