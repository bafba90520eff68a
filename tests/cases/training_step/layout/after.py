import mindspore as ms
from mindspore import ops


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
