import torch
from torch import nn

generator = nn.Linear(8, 16)
critic = nn.Linear(16, 1)
optimizer_g = torch.optim.Adam(generator.parameters())
optimizer_c = torch.optim.Adam(critic.parameters())

for _ in range(10):
    critic.zero_grad()
    fake = generator(torch.randn(4, 8))
    loss_c = critic(fake.detach()).mean() - critic(torch.randn(4, 16)).mean()
    loss_c.backward()
    optimizer_c.step()

    generator.zero_grad()
    loss_g = -critic(fake).mean()
    loss_g.backward()
    optimizer_g.step()
