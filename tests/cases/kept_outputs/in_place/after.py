from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())

    def construct(self, x):
        return self.body(x)


class Kept(nn.Cell):
    def __init__(self):
        super().__init__()
        self.net = Net()
        self.kept = []
        # TODO(torch2ms): [T2M303] keep output.copy() in both, if the value before them is meant (in
        #   torch, what this hook keeps changes with the activations that work in place after the
        #   layer)
        self.net.body[0].register_forward_hook(lambda module, args, output: self.kept.append(output))

    def construct(self, x):
        self.kept.clear()
        return self.net(x) + self.kept[0]


class Copied(nn.Cell):
    # A copy stays what it was in torch too.
    def __init__(self):
        super().__init__()
        self.net = Net()
        self.kept = {}

        def keep(module, args, output):
            size = output.shape
            self.kept["first"] = output.copy(), size

        self.net.body[0].register_forward_hook(keep)

    def construct(self, x):
        y = self.net(x)
        return y + self.kept["first"][0]


def keep_as(kept, name):
    def hook(module, args, output):
        kept[name] = ops.stop_gradient(output)

    return hook


def run(x):
    net, kept = Net(), {}
    # TODO(torch2ms): [T2M303] keep output.copy() in both, if the value before them is meant (in
    #   torch, what this hook keeps changes with the activations that work in place after the layer)
    net.body[0].register_forward_hook(keep_as(kept, "first"))
    return net(x), kept["first"]
