import torch


def train(model, criterion, optimizer, loaders):
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
        print(phase, correct, loss.item())
