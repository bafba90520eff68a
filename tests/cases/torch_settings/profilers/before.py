import torch
import torch.profiler
from torch.profiler import ProfilerActivity, profile, record_function


@record_function("relu")
def relu(x):
    return torch.relu(x)


def steps(x):
    schedule = torch.profiler.schedule(wait=1, warmup=1, active=3)
    with profile(activities=[ProfilerActivity.CPU], schedule=schedule) as prof:
        for _ in range(3):
            x = relu(x) + 1
            prof.step()
    print(prof.key_averages().table(sort_by="cpu_time_total"))
    with torch.autograd.profiler.profile() as other:
        x = relu(x)
    print(other.key_averages())
    return x


def written(x):
    with profile() as prof:
        x = relu(x)
    prof.export_chrome_trace("trace.json")
    return x


def by_hand(x):
    prof = profile()
    prof.start()
    with record_function("outer"), torch.autograd.profiler.record_function("inner"):
        # one line
        x = x * 2
    prof.stop()
    mark = record_function("three")
    mark.__enter__()
    x = x + 3
    mark.__exit__(None, None, None)
    return x


def ranges(x):
    torch.cuda.nvtx.range_push("relu")
    x = relu(x)
    torch.cuda.nvtx.range_pop()
    with torch.cuda.nvtx.range("more"):
        x = x + 1
    return x
