import torch


def plainly(x):
    saved = torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic
    was = torch.are_deterministic_algorithms_enabled()
    precision = torch.get_float32_matmul_precision()
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.benchmark = False
    try:
        # slowly
        x = torch.relu(x)
        return x + 1
    finally:
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = saved
        torch.use_deterministic_algorithms(was)
        torch.set_float32_matmul_precision(precision)


class Slow:
    def __enter__(self):
        self.was = torch.backends.cudnn.enabled

    def __exit__(self, *args):
        torch.backends.cudnn.enabled = self.was
