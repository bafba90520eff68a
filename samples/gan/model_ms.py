"""Deep convolutional GAN for 64x64 images."""

import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Normal
from mindspore.experimental import optim


class BCELoss(nn.BCELoss):
    """nn.BCELoss whose logarithms go down to -100, as in torch, and whose weight may be broadcast."""

    def construct(self, logits, labels):
        loss = ops.binary_cross_entropy(logits, labels, reduction="none")
        log, log_not = ops.clamp(ops.log(logits), min=-100.0), ops.clamp(ops.log(1 - logits), min=-100.0)
        # The gradient is that of ops.binary_cross_entropy: the one of the logarithms is NaN at 0 and 1.
        loss = loss + ops.stop_gradient(-(labels * log + (1 - labels) * log_not) - loss)
        return self.get_loss(loss, 1.0 if self.weight is None else self.weight)


class Tanh(nn.Cell):
    """Tanh to full precision (the CPU kernel of nn.Tanh is up to 1e-4 off)."""

    def construct(self, x):
        return 2 * ops.sigmoid(2 * x) - 1


# custom weights initialization called on netG and netD
def weights_init(m):
    classname = m.__class__.__name__
    if classname.find('Conv') != -1:
        m.weight.set_data(initializer(Normal(0.02), m.weight.shape, m.weight.dtype))
    elif classname.find('BatchNorm') != -1:
        # TODO(torch2ms): [T2M306] right for torch.nn.BatchNorm2d; a caller may pass another class
        m.gamma.set_data(initializer(Normal(0.02, 1.0), m.gamma.shape, m.gamma.dtype))
        # TODO(torch2ms): [T2M306] right for torch.nn.BatchNorm2d; a caller may pass another class
        m.beta.set_data(initializer('zeros', m.beta.shape, m.beta.dtype))


class Generator(nn.Cell):
    def __init__(self, nz=100, ngf=64, nc=3):
        super(Generator, self).__init__()
        self.main = nn.SequentialCell(
            # input is Z, going into a convolution
            nn.Conv2dTranspose(nz, ngf * 8, 4, 1, pad_mode='pad', padding=0, has_bias=False),
            nn.BatchNorm2d(ngf * 8),
            nn.ReLU(),
            # state size. (ngf*8) x 4 x 4
            nn.Conv2dTranspose(ngf * 8, ngf * 4, 4, 2, pad_mode='pad', padding=1, has_bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(),
            # state size. (ngf*4) x 8 x 8
            nn.Conv2dTranspose(ngf * 4, ngf * 2, 4, 2, pad_mode='pad', padding=1, has_bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(),
            # state size. (ngf*2) x 16 x 16
            nn.Conv2dTranspose(ngf * 2, ngf, 4, 2, pad_mode='pad', padding=1, has_bias=False),
            nn.BatchNorm2d(ngf),
            nn.ReLU(),
            # state size. (ngf) x 32 x 32
            nn.Conv2dTranspose(ngf, nc, 4, 2, pad_mode='pad', padding=1, has_bias=False),
            Tanh()
            # state size. (nc) x 64 x 64
        )

    def construct(self, input):
        return self.main(input)


class Discriminator(nn.Cell):
    def __init__(self, ndf=64, nc=3):
        super(Discriminator, self).__init__()
        layers = [nn.Conv2d(nc, ndf, 4, 2, pad_mode='pad', padding=1, has_bias=False), nn.LeakyReLU(0.2)]
        for mult in (1, 2, 4):  # 32 -> 16 -> 8 -> 4
            layers += [
                nn.Conv2d(ndf * mult, ndf * mult * 2, 4, 2, pad_mode='pad', padding=1, has_bias=False),
                nn.BatchNorm2d(ndf * mult * 2),
                nn.LeakyReLU(0.2),
            ]
        layers.append(nn.Conv2d(ndf * 8, 1, 4, 1, pad_mode='valid', has_bias=False))
        self.main = nn.SequentialCell(*layers)

    def construct(self, input):
        output = ops.sigmoid(self.main(input))
        return output.view(-1, 1).squeeze(1)


class Upsampler(nn.Cell):
    """Refines a small image with one transposed convolution per doubling."""

    def __init__(self, channels, steps=1):
        super().__init__()
        self.steps = nn.CellList(
            [nn.Conv2dTranspose(channels, channels, 3, stride=2, pad_mode='pad', padding=(1, 0, 1, 0), has_bias=True)
            for _ in range(steps)]
        )
        self.act = nn.LeakyReLU(0.2)

    def construct(self, x):
        for step in self.steps:
            x = self.act(step(x))
        return x


if __name__ == '__main__':
    netG = Generator(nz=16, ngf=8)
    netG.set_train()
    netG.apply(weights_init)
    netD = Discriminator(ndf=8)
    netD.set_train()
    netD.apply(weights_init)

    criterion = BCELoss()
    optimizerD = optim.Adam(netD.trainable_params(), lr=2e-4, betas=(0.5, 0.999))
    optimizerG = optim.Adam(netG.trainable_params(), lr=2e-4, betas=(0.5, 0.999))
    real = ops.randn(4, 3, 64, 64)

    for step in range(2):
        # (1) Update D network: maximize log(D(x)) + log(1 - D(G(z)))
        noise = ops.randn(4, 16, 1, 1)

        def forward_fn():
            fake = netG(noise)
            errD = criterion(netD(real), ops.ones((4,)))
            errD = errD + criterion(netD(ops.stop_gradient(fake)), ops.zeros((4,)))
            return errD, fake

        grad_fn = ms.value_and_grad(forward_fn, None, optimizerD.parameters, has_aux=True)
        (errD, fake), grads = grad_fn()
        optimizerD(grads)

        # (2) Update G network: maximize log(D(G(z)))
        def forward_fn_():
            errG = criterion(netD(fake), ops.ones((4,)))
            return errG

        grad_fn_ = ms.value_and_grad(forward_fn_, None, optimizerG.parameters)
        errG, grads = grad_fn_()
        optimizerG(grads)
        print('[%d] Loss_D: %.4f Loss_G: %.4f' % (step, errD.item(), errG.item()))
