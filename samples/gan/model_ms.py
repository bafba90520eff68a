"""Deep convolutional GAN for 64x64 images."""

import torch
import torch.nn as nn
from torch.nn import BatchNorm2d, Conv2d, ConvTranspose2d, LeakyReLU, Sequential


# custom weights initialization called on netG and netD
def weights_init(m):
    classname = m.__class__.__name__
    if classname.find('Conv') != -1:
        nn.init.normal_(m.weight, 0.0, 0.02)
    elif classname.find('BatchNorm') != -1:
        nn.init.normal_(m.weight, 1.0, 0.02)
        nn.init.zeros_(m.bias)


class Generator(nn.Module):
    def __init__(self, nz=100, ngf=64, nc=3):
        super(Generator, self).__init__()
        self.main = nn.Sequential(
            # input is Z, going into a convolution
            nn.ConvTranspose2d(nz, ngf * 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 8),
            nn.ReLU(True),
            # state size. (ngf*8) x 4 x 4
            nn.ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(True),
            # state size. (ngf*4) x 8 x 8
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),
            # state size. (ngf*2) x 16 x 16
            nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf),
            nn.ReLU(True),
            # state size. (ngf) x 32 x 32
            nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False),
            nn.Tanh()
            # state size. (nc) x 64 x 64
        )

    def forward(self, input):
        return self.main(input)


class Discriminator(nn.Module):
    def __init__(self, ndf=64, nc=3):
        super(Discriminator, self).__init__()
        layers = [Conv2d(nc, ndf, 4, 2, 1, bias=False), LeakyReLU(0.2, inplace=True)]
        for mult in (1, 2, 4):  # 32 -> 16 -> 8 -> 4
            layers += [
                Conv2d(ndf * mult, ndf * mult * 2, 4, 2, 1, bias=False),
                BatchNorm2d(ndf * mult * 2),
                LeakyReLU(0.2, inplace=True),
            ]
        layers.append(Conv2d(ndf * 8, 1, 4, 1, 0, bias=False))
        self.main = Sequential(*layers)

    def forward(self, input):
        output = torch.sigmoid(self.main(input))
        return output.view(-1, 1).squeeze(1)


class Upsampler(nn.Module):
    """Refines a small image with one transposed convolution per doubling."""

    def __init__(self, channels, steps=1):
        super().__init__()
        self.steps = nn.ModuleList(
            ConvTranspose2d(channels, channels, 3, stride=2, padding=1, output_padding=1)
            for _ in range(steps)
        )
        self.act = LeakyReLU(0.2)

    def forward(self, x):
        for step in self.steps:
            x = self.act(step(x))
        return x


if __name__ == '__main__':
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    netG = Generator(nz=16, ngf=8).to(device)
    netG.apply(weights_init)
    netD = Discriminator(ndf=8).to(device)
    netD.apply(weights_init)

    criterion = nn.BCELoss()
    optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(0.5, 0.999))
    optimizerG = torch.optim.Adam(netG.parameters(), lr=2e-4, betas=(0.5, 0.999))
    real = torch.randn(4, 3, 64, 64, device=device)

    for step in range(2):
        # (1) Update D network: maximize log(D(x)) + log(1 - D(G(z)))
        netD.zero_grad()
        noise = torch.randn(4, 16, 1, 1, device=device)
        fake = netG(noise)
        errD = criterion(netD(real), torch.ones(4, device=device))
        errD = errD + criterion(netD(fake.detach()), torch.zeros(4, device=device))
        errD.backward()
        optimizerD.step()

        # (2) Update G network: maximize log(D(G(z)))
        netG.zero_grad()
        errG = criterion(netD(fake), torch.ones(4, device=device))
        errG.backward()
        optimizerG.step()
        print('[%d] Loss_D: %.4f Loss_G: %.4f' % (step, errD.item(), errG.item()))
