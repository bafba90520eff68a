import mindspore as ms
from mindspore import ops


def train(model, criterion, optimizer, loaders):
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
        print(phase, correct, loss.item())
