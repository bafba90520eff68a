import torch

torch.backends.cudnn.benchmark = True
torch.backends.cudnn.deterministic = False  # fast
torch.manual_seed(0)
torch.cuda.manual_seed_all(0)
torch.set_num_threads(4)
torch.cuda.empty_cache()
