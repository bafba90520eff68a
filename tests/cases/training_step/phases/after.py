import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """nn.CrossEntropyLoss that takes int64 class indices."""

    def construct(self, logits, labels):
        return ops.cross_entropy(logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)

    def construct(self, x):
        return self.fc(x)


def train(model, criterion, optimizer, loaders):
    found = []
    for phase in ['train', 'val']:
        correct = 0
        for inputs, labels in loaders[phase]:
            # zero the parameter gradients
            # track history only in train
            def forward_fn():
                outputs = model(inputs)
                _, preds = ops.max(outputs, 1)
                loss = criterion(outputs, labels)
                return loss, preds

            # only in the training phase
            if phase == 'train':
                grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
                (loss, preds), grads = grad_fn()
                optimizer(grads)
            else:
                loss, preds = forward_fn()

            correct += ops.sum(preds == labels)
        found.append((phase, correct.item(), loss.item()))
    return found


def run(model: Net, x, y):
    optimizer = optim.SGD(model.trainable_params(), lr=0.5, momentum=0.9)
    batches = [(x, y), (x * 2, y)]
    return train(model, CrossEntropyLoss(), optimizer, {'train': batches, 'val': batches})
