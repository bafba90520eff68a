import torch
from torch.profiler import profile


def settings():
    if torch.backends.cudnn.benchmark:
        print("benchmark")
    return torch.backends.cuda.matmul.allow_tf32


def measured(f, x):
    with profile() as prof:
        f(x)
    return prof.key_averages()


def count():
    return 3 % torch.cuda.device_count()


def compiled(path, data, config):
    from torch._inductor.codecache import write_atomic

    write_atomic(path, data)
    torch._dynamo.utils.counters.clear()
    return torch._dynamo.output_graph.FakeRootModule.add_nn_modules(config)


def timed():
    return torch.cuda.Event(enable_timing=True)
