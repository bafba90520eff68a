import torch


class Net(torch.nn.Module):
	def __init__(self):
		super().__init__()
		self.fc = torch.nn.Linear(3, 2)

	def forward(self, x, note):
		return self.fc(x) * len(note)


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


def train(model: Net, x):
	optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
	for _ in range(3):
		step(model, x, optimizer)
