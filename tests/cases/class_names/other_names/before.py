"""Class names that are not those of layers. Not torch's."""


def kind(dataset):
    return dataset.__class__.__name__ == "CIFAR10" or "Image" in type(dataset).__name__
