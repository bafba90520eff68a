import torch.nn as nn


class Scaled(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 2


class Channels(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x)


net = nn.Sequential(Scaled(3, 4, bias=False), Channels(4, eps=1e-6))
