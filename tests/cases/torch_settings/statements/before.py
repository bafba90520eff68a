import torch
import torch._dynamo
import torch.backends.cudnn as cudnn
from torch import nn

torch.backends.cudnn.benchmark = True
torch.backends.cudnn.deterministic = False  # fast
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
cudnn.enabled, cudnn.benchmark = True, False
torch._dynamo.config.cache_size_limit = 64
torch._inductor.config.triton.unique_kernel_names = True
torch._C._jit_set_profiling_mode(False)
torch.manual_seed(0)
torch.cuda.manual_seed_all(0)
torch.set_num_threads(4)
torch.cuda.empty_cache()


def on_devices(rank):
    torch.cuda.set_device(rank)
    torch.npu.set_device(rank)
    torch.accelerator.set_device_index(rank)
    torch.cuda.synchronize(rank)
    torch.xpu.synchronize()
    torch.cuda.reset_peak_memory_stats()
    clear = {"cuda": torch.cuda.empty_cache, "mps": torch.mps.empty_cache}
    clear["cuda"]()


def run(x):
    torch.set_float32_matmul_precision("high")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cuda.enable_flash_sdp(True)
    torch.autograd.set_detect_anomaly(True)
    torch._dynamo.reset()
    torch._dynamo.mark_dynamic(x, 0)
    x = torch.relu(x)
    if x.shape[0] > 2:
        x = x + 1
    else:
        torch.backends.cudnn.benchmark = True
    used = torch.cuda.max_memory_allocated() / 1e6
    return x + used


def compiled(x):
    net = nn.Sequential(nn.Flatten(), nn.ReLU())
    net.compile()
    f = torch._dynamo.optimize("inductor")(net)
    return f(x)
