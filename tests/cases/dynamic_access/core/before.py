import torch

_HAS_CACHE_SIZE = hasattr(getattr(torch._C, "_CudaDeviceProperties", None), "L2_cache_size")
_HAS_NONE = hasattr(getattr(torch._C, "_CudaDeviceProperties", None), "__class__")
_TRACES = hasattr(torch._C, "_get_tracing_state")
_HAS_GUARD = hasattr(torch._C, "_ExcludeDispatchKeyGuard")
_HAS_SCALAR = hasattr(torch.ops.aten, "_foreach_maximum_")


def relu(x):
    if _HAS_CACHE_SIZE:
        return x.clamp(min=0)
    return torch.relu(x) if _HAS_NONE and _TRACES and (_HAS_GUARD or not _HAS_GUARD) else x
