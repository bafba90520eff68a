import copy

import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


def filled(module):
    for parameter in module.trainable_params():
        parameter.set_data(initializer(Constant(0.1), parameter.shape, parameter.dtype))
    return module


class Agent:
    def __init__(self):
        self.q = filled(nn.SequentialCell(nn.Dense(3, 4), Tanh(), nn.Dense(4, 2)))
        self.target = copy.deepcopy(self.q)
        self.optimizer = optim.SGD(self.q.trainable_params(), lr=0.1)
        self.steps = 0

    def learn(self, state, action, reward, following):
        def forward_fn():
            q = ops.gather_elements(self.q(state), 1, action.unsqueeze(1)).squeeze(1)
            best = ops.stop_gradient(ops.max(self.target(following), 1)[0])
            loss = ops.smooth_l1_loss(q, reward + 0.9 * best, reduction='mean')
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, self.optimizer.parameters)
        loss, grads = grad_fn()
        self.optimizer(grads)
        self.steps += 1
        if self.steps % 2 == 0:
            state_ = self.q.state_dict()
            for name, param in self.target.parameters_and_names():
                ops.assign(param, state_[name])  # every other step
        return loss.item()


def run():
    agent, x = Agent(), ms.tensor([[0.1, 0.5, -0.3], [1.0, 0.2, 0.4]])
    losses = [agent.learn(x, ms.tensor([0, 1]), ms.tensor([1.0, 0.0]), x + 0.1) for _ in range(4)]
    return ms.tensor(losses), agent.target(x)
