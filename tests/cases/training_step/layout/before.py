import torch


def step(model, x, optimizer):
	optimizer.zero_grad()
	note = """
kept
	as it is
"""
	output = model(x,
	               note)  # call
	if output.shape[0] > 1:

		# inner
		output = torch.mean(output, 0)
		# last
	loss = torch.sum(output)
	loss.backward()
	optimizer.step()
