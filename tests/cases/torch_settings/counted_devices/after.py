import mindspore as ms
from mindspore import nn


def workers(net, batch):
    n = int(ms.get_context("device_target") != "CPU")
    if ms.get_context("device_target") == "CPU":
        batch = batch + 1
    if ms.get_context("device_target") == "CPU":
        batch += 1
    if ms.get_context("device_target") != "CPU":
        batch *= 100
    if ms.get_context("device_target") != "CPU" and batch > 0:
        batch += 1000
    if ms.get_context("device_target") != "CPU":
        batch += 2000
    batch *= 1
    many = int(ms.get_context("device_target") != "CPU") or 1
    ids = list(range(int(ms.get_context("device_target") != "CPU")))
    cpu = False
    print(f"{int(ms.get_context('device_target') != 'CPU')} devices", 0)
    if ms.get_context("device_target") != "CPU" and ms.get_context("device_target") != "CPU":
        batch = 0
    return n, batch, many, ids, cpu, 0, 4 * int(ms.get_context("device_target") != "CPU")


def counted():
    return workers(nn.Dense(2, 2), 3)
