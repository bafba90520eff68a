import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim

X = ms.tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 0.5]])
Y = ms.tensor([[1.0], [0.0], [2.0]])


class Net(nn.Cell):
    def __init__(self, width=1):
        super().__init__()
        self.fc = nn.Dense(2, width)
        self.fc.weight.set_data(initializer(Constant(0.5), self.fc.weight.shape, self.fc.weight.dtype))
        self.fc.bias.set_data(initializer('zeros', self.fc.bias.shape, self.fc.bias.dtype))

    def construct(self, x):
        return self.fc(x)


class Batches:
    def __init__(self, x, y):
        self.pair = x, y

    def one(self):
        return self.pair


def build(width):
    model = Net(width)
    return model


def model_in_the_block():
    net = Net()
    criterion = nn.MSELoss()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(opt, 1)

    def forward_fn():
        out = net(X)
        loss = criterion(out, Y)
        return loss, out

    grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters, has_aux=True)
    (loss, out), grads = grad_fn()
    opt(grads)
    scheduler.step()
    return loss.item(), net.fc.weight, ops.stop_gradient(out)


def parameter_in_the_block():
    w = Parameter(ops.ones((2,)))
    opt = optim.SGD([w], lr=0.1)

    def forward_fn():
        loss = (w * w).sum()
        return loss

    grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
    loss, grads = grad_fn()
    opt(grads)
    return ops.stop_gradient(w)


def optimizer_after_the_loss():
    net = Net()

    def forward_fn():
        loss = ops.mse_loss(net(X), Y)
        return loss

    opt = optim.SGD(net.trainable_params(), lr=0.1)
    grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
    loss, grads = grad_fn()
    opt(grads)
    return loss.item(), net.fc.weight


def data_and_helpers():
    batches = Batches(X, Y)
    net = build(1)
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    x, y = batches.one()

    def forward_fn():
        return ops.mse_loss(net(x), y)

    grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
    _, grads = grad_fn()
    opt(grads)
    return net.fc.weight


def beside_a_detached_teacher():
    student, teacher = build(1), build(1)
    opt = optim.SGD(student.trainable_params(), lr=0.1)
    for _ in range(2):
        def forward_fn():
            target = (ops.stop_gradient(ops.max(teacher(X), 1)[0]) * 0.9 + 1).unsqueeze(1)
            loss = ops.smooth_l1_loss(student(X), target, reduction='mean')
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
        loss, grads = grad_fn()
        opt(grads)
    return loss.item(), student.fc.weight


def adversarial():
    g, d = Net(2), Net()
    og = optim.SGD(g.trainable_params(), lr=0.1)
    od = optim.SGD(d.trainable_params(), lr=0.1)
    bce = nn.BCEWithLogitsLoss()

    def forward_fn():
        fake = g(X)
        d_loss = bce(d(X + 1), ops.ones((3, 1))) + bce(d(ops.stop_gradient(fake)), ops.zeros((3, 1)))
        return d_loss, fake

    grad_fn = ms.value_and_grad(forward_fn, None, od.parameters, has_aux=True)
    (d_loss, fake), grads = grad_fn()
    od(grads)

    def forward_fn_():
        g_loss = bce(d(fake), ops.ones((3, 1)))
        return g_loss

    grad_fn_ = ms.value_and_grad(forward_fn_, None, og.parameters)
    g_loss, grads = grad_fn_()
    og(grads)
    return d_loss.item(), g_loss.item(), g.fc.weight, d.fc.weight


class Fit:
    def __init__(self, x, y):
        self.net = Net()
        self.opt = optim.SGD(self.net.trainable_params(), lr=0.1)

        def forward_fn():
            loss = ops.mse_loss(self.net(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, self.opt.parameters)
        loss, grads = grad_fn()
        self.opt(grads)
        self.loss = loss.item()
