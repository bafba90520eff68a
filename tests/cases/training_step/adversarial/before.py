import torch
from torch import nn

generator = nn.Linear(8, 16)
critic = nn.Linear(16, 1)
with torch.no_grad():
    generator.weight.copy_(torch.linspace(-0.3, 0.3, 128).reshape(16, 8))
    critic.weight.copy_(torch.linspace(1, -2, 16))
    generator.bias.fill_(0.1)
    critic.bias.fill_(0.2)
optimizer_g = torch.optim.SGD(generator.parameters(), lr=0.05, momentum=0.9)
optimizer_c = torch.optim.SGD(critic.parameters(), lr=0.05, momentum=0.9)
noise = torch.linspace(-1, 2, 32).reshape(4, 8)
real = torch.linspace(0, 2, 64).reshape(4, 16)

for _ in range(5):
    critic.zero_grad()
    fake = torch.tanh(generator(noise))
    loss_c = critic(fake.detach()).mean() - critic(real).mean()
    loss_c.backward()
    optimizer_c.step()

    generator.zero_grad()
    loss_g = -critic(fake).mean()
    loss_g.backward()
    optimizer_g.step()


def run():
    return loss_c.item(), loss_g.item(), generator.weight, generator.bias, critic.weight
