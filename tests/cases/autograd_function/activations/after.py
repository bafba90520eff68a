from mindspore import nn, ops


# A memory-efficient swish
class SwishFunction(nn.Cell):
    """x * sigmoid(x), keeping x alone."""

    @staticmethod
    def symbolic(g, i):
        return g.op("Mul", i, g.op("Sigmoid", i))

    def construct(self, i):
        result = i * ops.sigmoid(i)
        return result

    def bprop(self, i, out, grad_output):
        sigmoid_i = ops.sigmoid(i)
        return (grad_output * (sigmoid_i * (1 + i * (1 - sigmoid_i))),)


class Swish(nn.Cell):
    def construct(self, x):
        return SwishFunction()(x)


class Relu(nn.Cell):
    def construct(self, input):
        return input.clamp(min=0)

    def bprop(self, input, out, grad_output):
        grad_input = grad_output.copy()
        grad_input[input < 0] = 0
        return (grad_input,)


relu = Relu()


class Exp(nn.Cell):
    def construct(self, x):
        y = x.exp()
        return y

    def bprop(self, x, out, grad):
        result = out
        return (grad * result,)  # y is its own derivative


def both(x):
    return relu(x) + Exp()(x)
