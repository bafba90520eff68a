import mindspore as ms
from mindspore import nn, ops


def parallel(x):
    net = nn.ReLU()
    # the same numbers
    return net(x)


def device():
    kind = ms.get_context("device_target")
    print(f"Using {kind}", ms.get_context("runtime_num_threads"))
    if ms.get_context("device_target") != "CPU":
        print(ms.get_context("device_target"), ms.get_context("device_id"))
    return ops.ones((2,))


def half():
    # TODO(torch2ms): [T2M701] bfloat16 is there on Ascend from Atlas A2 on; nothing is said of it
    #   on a GPU
    return "bfloat16" if ms.get_context("device_target") == "Ascend" else "float16"
