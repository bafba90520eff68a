import mindspore as ms


def settings():
    import torch

    # TODO(torch2ms): [T2M701] leave it out (a setting of torch's own libraries)
    if torch.backends.cudnn.benchmark:
        print("benchmark")
    # TODO(torch2ms): [T2M701] leave it out (a setting of torch's own libraries)
    return torch.backends.cuda.matmul.allow_tf32


def measured(f, x):
    from torch.profiler import profile

    # TODO(torch2ms): [T2M201] mindspore.profiler.profile (another profiler)
    with profile() as prof:
        f(x)
    return prof.key_averages()


def count():
    import torch

    # TODO(torch2ms): [T2M701] mindspore.device_context or the launcher's rank table (a question
    #   about CUDA devices)
    return 3 % torch.cuda.device_count()


def compiled(path, data, config):
    import torch
    from torch._inductor.codecache import write_atomic

    # TODO(torch2ms): [T2M205] convert it by hand (torch._inductor.codecache.write_atomic is not in
    #   the tables)
    write_atomic(path, data)
    # TODO(torch2ms): [T2M205] convert it by hand (torch._dynamo.utils.counters.clear is not in the
    #   tables)
    torch._dynamo.utils.counters.clear()
    # TODO(torch2ms): [T2M205] convert it by hand
    #   (torch._dynamo.output_graph.FakeRootModule.add_nn_modules is not in the tables)
    return torch._dynamo.output_graph.FakeRootModule.add_nn_modules(config)


def timed():
    # TODO(torch2ms): [T2M701] not tried: neither framework has streams or events on a CPU
    return ms.runtime.Event(enable_timing=True)
