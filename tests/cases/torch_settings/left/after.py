def settings():
    import torch

    # TODO(torch2ms): [T2M701] a setting of torch's own libraries: leave it out
    if torch.backends.cudnn.benchmark:
        print("benchmark")
    # TODO(torch2ms): [T2M701] a setting of torch's own libraries: leave it out
    return torch.backends.cuda.matmul.allow_tf32


def measured(f, x):
    from torch.profiler import profile

    # TODO(torch2ms): [T2M201] another profiler: mindspore.profiler.profile
    with profile() as prof:
        f(x)
    return prof.key_averages()


def count():
    import torch

    # TODO(torch2ms): [T2M701] a question about CUDA devices: mindspore.device_context or the…
    return torch.cuda.device_count()


def timed():
    import torch

    # TODO(torch2ms): [T2M701] an event of a CUDA device: mindspore.runtime.Event, or…
    return torch.cuda.Event(enable_timing=True)
