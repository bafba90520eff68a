from mindspore import nn, ops, Tensor


# evaluation only
def evaluate(model):
    model.set_train(False)


class Net(nn.Cell):
    def construct(self, x: Tensor):
        return self.targets(x) * x

    def targets(self, x: Tensor):
        return ops.stop_gradient(ops.sigmoid(x))

    @staticmethod
    def names():
        return ["a"]
