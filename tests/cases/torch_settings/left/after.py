import mindspore as ms


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
    return 3 % torch.cuda.device_count()


def compiled(path, data, config):
    import torch
    from torch._inductor.codecache import write_atomic

    # TODO(torch2ms): [T2M205] torch._inductor.codecache.write_atomic is not in the tables
    write_atomic(path, data)
    # TODO(torch2ms): [T2M205] torch._dynamo.utils.counters.clear is not in the tables
    torch._dynamo.utils.counters.clear()
    # TODO(torch2ms): [T2M205] torch._dynamo.output_graph.FakeRootModule.add_nn_modules is not in…
    return torch._dynamo.output_graph.FakeRootModule.add_nn_modules(config)


def timed():
    # TODO(torch2ms): [T2M701] not tried: neither framework has streams or events on a CPU
    return ms.runtime.Event(enable_timing=True)
