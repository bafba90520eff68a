from mindspore import nn, ops

STORE = []


def sample_targets(y):
    return ops.stop_gradient(y.exp())


def through(y):
    return ops.stop_gradient(2 * ops.sigmoid(2 * y) - 1)


def outer(y):
    return through(y) * y


def parts(y):
    for i in range(2):
        yield ops.stop_gradient(y.sin() * i)


def store(y):
    STORE.append(ops.stop_gradient(y.cos()))


def put(into, y):
    into.append(ops.stop_gradient(y.exp()))


class Weights:
    def __call__(self, y):
        return ops.stop_gradient(y.exp())

    def predict(self, y):
        low, high = y.min(), y.max()
        return {"low": ops.stop_gradient(low), "high": ops.stop_gradient(high)}


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.weights = Weights()

    def upsample_weights(self, y):
        return ops.stop_gradient((y.exp(), ops.argmax(y, 1)))

    def construct(self, x):
        y = self.fc(x)
        out = outer(y) * sample_targets(y) * self.weights(y) * self.upsample_weights(y)[0]
        for part in parts(y):
            out = out + part * y
        store(y)
        kept = []
        put(kept, y)
        found = self.weights.predict(y)
        return out * STORE[-1] * kept[0] * (y - found["low"]) / found["high"]
