import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)


def train(model, criterion, optimizer, loaders):
    found = []
    for phase in ['train', 'val']:
        correct = 0
        for inputs, labels in loaders[phase]:
            # zero the parameter gradients
            optimizer.zero_grad()

            # track history only in train
            with torch.set_grad_enabled(phase == 'train'):
                outputs = model(inputs)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, labels)

                # only in the training phase
                if phase == 'train':
                    loss.backward()
                    optimizer.step()

            correct += torch.sum(preds == labels)
        found.append((phase, correct.item(), loss.item()))
    return found


def run(model: Net, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    batches = [(x, y), (x * 2, y)]
    return train(model, nn.CrossEntropyLoss(), optimizer, {'train': batches, 'val': batches})
