import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)
        self.out = nn.Dense(2, 1)
        self.fc.weight[ops.stop_gradient(self.fc.weight) > 0.3] = 0.3

    def construct(self, x):
        return self.out(self.fc(x))


def pruned(net: Net, x: Tensor, mask: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.2)
    for _ in range(4):
        def forward_fn():
            loss = (net(x) - 1).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        new_weight = net.fc.weight.copy()
        new_weight[mask] = 0
        ops.assign(net.fc.weight, new_weight)
        new_weight = net.out.weight.copy()
        new_weight[ops.stop_gradient(net.out.weight).abs() < 0.05] *= 0.5
        ops.assign(net.out.weight, new_weight)  # the small ones
        net.fc.bias[0] = 0.1
        new_weight = net.fc.weight.copy()
        new_weight[:, [0, 2]] += 0.1
        ops.assign(net.fc.weight, new_weight)
        weight = net.fc.weight
        weight[..., 1] = 0.2
        new_bias = net.out.bias.copy()
        new_bias[...] = 0.25
        ops.assign(net.out.bias, new_bias)
    return [p.tolist() for p in net.trainable_params()]
