import mindspore as ms

workers = 4 if ms.get_context("device_target") != "CPU" else 0
if ms.get_context("device_target") == "CPU":
    print("no accelerator")
