"""What is read of a device that is passed around."""

import torch


def describe(device=torch.device("cpu")):
    return device.type


def where(device: torch.device, index):
    return device.index if index is None else index


def main():
    return describe(), where(torch.device("cpu"), 1)
