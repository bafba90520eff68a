from torch.autograd import Function


class Kept(Function):
    """What it keeps is neither an input nor the output."""

    @staticmethod
    def forward(ctx, x):
        s = x + 1
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, g):
        x, s = ctx.saved_tensors
        return g * s


class Needs(Function):
    """It asks which gradients are wanted."""

    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x * w

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        gw = None
        if ctx.needs_input_grad[1]:
            gw = x * g
        return g * w, gw


class Changed(Function):
    """The input is another one when it is kept."""

    @staticmethod
    def forward(ctx, x):
        x = x * 2
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * x


class Swapped(Function):
    """x is y in backward, and y is x."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(y, x)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * x, g * y


class Sometimes(Function):
    """What is kept depends on a condition."""

    @staticmethod
    def forward(ctx, x, n):
        if n:
            ctx.n = n
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * ctx.n, None


class Legacy(Function):
    """Methods of an object, as in old versions of torch."""

    def forward(self, x):
        self.save_for_backward(x)
        return x * 2

    def backward(self, g):
        return g * 2


class Counted(Function):
    """How many gradients there are is not to be seen."""

    @staticmethod
    def forward(ctx, x, y):
        return x + y

    @staticmethod
    def backward(ctx, g):
        return gradients(g)


class Defaults(Function):
    """bprop would get as many inputs as the call passes."""

    @staticmethod
    def forward(ctx, x, n=2):
        ctx.n = n
        return x * n

    @staticmethod
    def backward(ctx, g):
        return g * ctx.n, None


class Passed(Function):
    """Whoever gets it calls apply of it."""

    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


class Derived(Passed):
    pass


class More(Function):
    """It has a state."""

    factor = 1.0

    @staticmethod
    def forward(ctx, x):
        return x * More.factor

    @staticmethod
    def backward(ctx, g):
        return g * More.factor


class Setup(Function):
    """The context is filled apart."""

    @staticmethod
    def forward(x):
        return x * 2

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, g):
        y, = ctx.saved_tensors
        return g * y


def f(x, w):
    return [Kept.apply(x), Needs.apply(x, w), Changed.apply(x), Swapped.apply(x, w), Sometimes.apply(x, 1),
            Legacy.apply(x), Counted.apply(x, w), Defaults.apply(x), Derived.apply(x), More.apply(x), Setup.apply(x)]
