import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


class Net(nn.Cell):
	def __init__(self):
		super().__init__()
		self.fc = nn.Dense(3, 2)

	def construct(self, x, note):
		return self.fc(x) * len(note)


def step(model, x, optimizer):
	note = """
kept
	as it is
"""

	def forward_fn():
		output = model(x,
		               note)  # call
		if output.shape[0] > 1:

			# inner
			output = ops.mean(output, 0)
			# last
		loss = ops.sum(output)
		return loss

	grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
	loss, grads = grad_fn()
	optimizer(grads)


def train(model: Net, x):
	optimizer = optim.SGD(model.trainable_params(), lr=0.1)
	for _ in range(3):
		step(model, x, optimizer)
