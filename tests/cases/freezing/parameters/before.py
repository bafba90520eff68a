import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, frozen):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
        self.head = nn.Linear(3, 3)
        self.temperature = nn.Parameter(torch.ones(1), requires_grad=False)
        self.scale = nn.Parameter(torch.ones(1), requires_grad=frozen)
        for p in self.backbone.parameters():
            p.requires_grad = False
        for name, p in self.head.named_parameters():
            if "bias" in name:
                p.requires_grad_(False)
            else:
                p.requires_grad_()
        self.head.weight.requires_grad = True
        self.backbone.requires_grad_(False)
        self.head.requires_grad_(frozen)
        self.head.requires_grad_()
        trainable = [p for p in self.parameters() if p.requires_grad]
        print(len(trainable))

    def forward(self, x):
        return self.head(self.backbone(x)) * self.temperature
