import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, frozen):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
        self.neck = nn.Linear(3, 3)
        self.head = nn.Linear(3, 3)
        self.tail = nn.Linear(3, 3)
        self.last = nn.Linear(3, 3)
        self.temperature = nn.Parameter(torch.ones(1), requires_grad=False)
        self.scale = nn.Parameter(torch.ones(1), requires_grad=frozen)
        for p in self.backbone.parameters():
            p.requires_grad = False
        self.neck.requires_grad_(False)
        self.head.weight.requires_grad = False
        for name, p in self.head.named_parameters():
            if "bias" in name:
                p.requires_grad_(False)
            else:
                p.requires_grad_()
        self.tail.requires_grad_(frozen)
        self.tail.weight.requires_grad = True
        self.last.bias.requires_grad = False
        self.last.requires_grad_()
        self.count = len([p for p in self.parameters() if p.requires_grad])

    def forward(self, x):
        x = self.tail(self.head(self.neck(self.backbone(x))))
        return self.last(x) * self.temperature * self.scale, self.count
