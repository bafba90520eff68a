#!/usr/bin/env python3
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
"""LeNet-5 for 28x28 digits, with a short training loop."""

import argparse

import mindspore as ms
from mindspore import nn, ops
from mindspore.dataset.dataloader import DataLoader, TensorDataset
from mindspore.experimental import optim


class LeNet(nn.Cell):
    def __init__(self, num_classes: int = 10, dropout: float = 0.0):
        super(LeNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, pad_mode="pad", padding=2, has_bias=True)
        self.conv2 = nn.Conv2d(6, 16, 5, pad_mode="valid", has_bias=True)
        self.fc1 = nn.Dense(16 * 5 * 5, 120)
        self.fc2 = nn.Dense(120, 84)
        self.fc3 = nn.Dense(84, num_classes)
        self.dropout = dropout

    def construct(self, x):
        x = ops.max_pool2d(ops.relu(self.conv1(x)), 2, stride=2)   # 28 -> 14
        x = ops.max_pool2d(ops.relu(self.conv2(x)), (2, 2), stride=(2, 2))   # 10 -> 5
        x = x.view(-1, self.num_flat_features(x))
        x = ops.relu(self.fc1(x))
        x = ops.dropout(x, p=self.dropout, training=self.training)
        x = ops.relu(self.fc2(x))
        return ops.log_softmax(self.fc3(x), axis=1)

    def num_flat_features(self, x):
        size = x.shape[1:]  # all dimensions except the batch
        num_features = 1
        for s in size:
            num_features *= s
        return num_features


def train(model, loader, optimizer, epoch, log_interval=10):
    model.set_train()
    for step, (data, target) in enumerate(loader):
        def forward_fn():
            output = model(data)
            loss = ops.nll_loss(output, target)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        if step % log_interval == 0:
            print(f"epoch {epoch} step {step} loss {loss.item():.4f}")


def test(model, loader):
    model.set_train(False)
    test_loss = 0.0
    correct = 0
    total = 0
    for data, target in loader:
        output = model(data)
        test_loss += ops.nll_loss(output, target, reduction="sum").item()
        pred = ops.argmax(output, dim=1, keepdim=True)
        correct += pred.eq(target.view_as(pred)).sum().item()
        total += target.shape[0]
    print("test loss {:.4f}, accuracy {}/{}".format(test_loss / total, correct, total))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    ms.set_seed(args.seed)
    images = ops.rand(256, 1, 28, 28)
    labels = ops.randint(0, 10, (256,))
    loader = DataLoader(TensorDataset(images, labels), batch_size=args.batch_size, shuffle=True)

    model = LeNet()
    optimizer = optim.SGD(model.trainable_params(), lr=args.lr, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    for epoch in range(1, args.epochs + 1):
        train(model, loader, optimizer, epoch)
        test(model, loader)
        scheduler.step()
    ms.save_checkpoint(model, "lenet.ckpt")


if __name__ == "__main__":
    main()
