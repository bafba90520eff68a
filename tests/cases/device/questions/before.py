import torch

workers = 4 if torch.cuda.is_available() else 0
if not torch.cuda.is_available():
    print("no accelerator")
