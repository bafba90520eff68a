import torch


class Net(torch.nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc = torch.nn.Linear(3, 3)

    def forward(self, x):
        return torch.nn.functional.relu(self.fc.forward(x))
