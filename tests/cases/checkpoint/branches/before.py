import torch
import torch.utils.checkpoint
from torch import nn
from torch.utils.checkpoint import checkpoint


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x, scale=None):
        return torch.tanh(self.fc(x)) * (1 if scale is None else scale)


class Stage(nn.Module):
    def __init__(self, save_memory=False):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.gradient_checkpointing = save_memory

    def forward(self, x, scale):
        for block in self.blocks:
            if torch.is_grad_enabled() and self.gradient_checkpointing:
                # less memory
                x = torch.utils.checkpoint.checkpoint(block, x, use_reentrant=False)
            else:
                x = block(x)
        for block in self.blocks:
            if self.training and self.gradient_checkpointing:

                def create_custom_forward(module):
                    def custom_forward(*inputs):
                        return module(*inputs)

                    return custom_forward

                ckpt_kwargs = {"use_reentrant": False}
                x = checkpoint(create_custom_forward(block), x, scale, **ckpt_kwargs)
            elif torch.is_grad_enabled() and self.gradient_checkpointing:
                x = self._gradient_checkpointing_func(block, x, scale)
            else:
                x = block(x, scale=scale)
        if self.gradient_checkpointing and not torch.jit.is_scripting():
            x = checkpoint(self.blocks[0], x, use_reentrant=True)
        else:
            x = self.blocks[0](x)
        return x
