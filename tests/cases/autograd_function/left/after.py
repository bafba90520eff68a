import functools
import pkgutil


@functools.cache
def of_torch(name):
    """What torch has under this name. Without torch it can be kept and derived from; ImportError where it is used."""
    try:
        return pkgutil.resolve_name(name)
    except ImportError:
        pass

    def refuse(*args, **kwargs):
        raise ImportError(f"{name} is used, and torch is not installed")

    def attribute(self, attr):
        raise AttributeError(attr) if attr.startswith("__") else ImportError(f"{name}.{attr} is used without torch")

    base = type(name.rpartition(".")[2], (), {"__new__": refuse, "apply": refuse})
    uses = dict.fromkeys(("__call__", "__instancecheck__", "__subclasscheck__"), refuse)
    uses |= dict.fromkeys(("__or__", "__ror__"), lambda self, other: object)  # in annotations
    return type("Missing", (), {**uses, "__getattr__": attribute, "__mro_entries__": lambda self, bases: (base,)})()


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, that keeps s, neither an input nor the output)
class Kept(of_torch("torch.autograd.Function")):
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


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, that reads needs_input_grad of its context)
class Needs(of_torch("torch.autograd.Function")):
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


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, that keeps x and changes it)
class Changed(of_torch("torch.autograd.Function")):
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


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, whose backward binds x anew)
class Swapped(of_torch("torch.autograd.Function")):
    """x is y in backward, and y is x."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(y, x)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * x, g * y


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, whose context is used in a way of its own)
class Sometimes(of_torch("torch.autograd.Function")):
    """What is kept depends on a condition."""

    @staticmethod
    def forward(ctx, x, n):
        if n:
            ctx.n = n
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * ctx.n, None


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, whose forward is no plain static method)
class Legacy(of_torch("torch.autograd.Function")):
    """Methods of an object, as in old versions of torch."""

    def forward(self, x):
        self.save_for_backward(x)
        return x * 2

    def backward(self, g):
        return g * 2


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, whose gradients cannot be counted)
class Counted(of_torch("torch.autograd.Function")):
    """How many gradients there are is not to be seen."""

    @staticmethod
    def forward(ctx, x, y):
        return x + y

    @staticmethod
    def backward(ctx, g):
        return gradients(g)


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, whose forward has other parameters than plain ones)
class Defaults(of_torch("torch.autograd.Function")):
    """bprop would get as many inputs as the call passes."""

    @staticmethod
    def forward(ctx, x, n=2):
        ctx.n = n
        return x * n

    @staticmethod
    def backward(ctx, g):
        return g * ctx.n, None


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, used as a value)
class Passed(of_torch("torch.autograd.Function")):
    """Whoever gets it calls apply of it."""

    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


class Derived(Passed):
    pass


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, with more in it than a forward and a backward)
class More(of_torch("torch.autograd.Function")):
    """It has a state."""

    factor = 1.0

    @staticmethod
    def forward(ctx, x):
        return x * More.factor

    @staticmethod
    def backward(ctx, g):
        return g * More.factor


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, with more in it than a forward and a backward)
class Setup(of_torch("torch.autograd.Function")):
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
