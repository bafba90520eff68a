"""Variational autoencoder for 28x28 images."""

from __future__ import print_function

import mindspore as ms
from mindspore import nn, ops


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """ops.binary_cross_entropy whose logarithms go down to -100, as in torch, and whose weight may be broadcast."""
    loss = ops.binary_cross_entropy(input, target, reduction="none")
    log, log_not = ops.clamp(ops.log(input), min=-100.0), ops.clamp(ops.log(1 - input), min=-100.0)
    # The gradient is that of ops.binary_cross_entropy: the one of the logarithms is NaN at 0 and 1.
    loss = loss + ops.stop_gradient(-(target * log + (1 - target) * log_not) - loss)
    if weight is not None:
        loss = loss * weight
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()


class VAE(nn.Cell):
    def __init__(self, in_dim=784, hidden_dim=400, latent_dim=20, sample=True):
        super(VAE, self).__init__()
        self.in_dim = in_dim
        self.sample = sample

        self.fc1 = nn.Dense(in_dim, hidden_dim)
        self.fc21 = nn.Dense(hidden_dim, latent_dim)  # mean
        self.fc22 = nn.Dense(hidden_dim, latent_dim)  # log variance
        self.fc3 = nn.Dense(latent_dim, hidden_dim)
        self.fc4 = nn.Dense(hidden_dim, in_dim)

    def encode(self, x):
        h1 = ops.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        if not (self.sample and self.training):
            return mu  # deterministic
        std = ops.exp(0.5 * logvar)
        eps = ops.randn_like(std)
        return eps.mul(std) + mu

    def decode(self, z):
        h3 = ops.relu(self.fc3(z))
        return ops.sigmoid(self.fc4(h3))

    def construct(self, x):
        mu, logvar = self.encode(x.view(-1, self.in_dim))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


class ConvVAE(nn.Cell):
    """The same with convolutions; decodes the mean, so that its output is deterministic."""

    def __init__(self, in_channels=1, latent_dim=8, width=16):
        super().__init__()
        self.encoder = nn.SequentialCell(
            nn.Conv2d(in_channels, width, 4, stride=2, pad_mode='pad', padding=1, has_bias=True),  # 28 -> 14
            nn.ELU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, pad_mode='pad', padding=1, has_bias=True),  # 14 -> 7
            nn.ELU(),
            nn.Flatten(),
        )
        self.to_mu = nn.Dense(2 * width * 7 * 7, latent_dim)
        self.to_logvar = nn.Dense(2 * width * 7 * 7, latent_dim)
        self.decoder = nn.SequentialCell(
            nn.Dense(latent_dim, 2 * width * 7 * 7),
            nn.ELU(),
            nn.Unflatten(1, (2 * width, 7, 7)),
            nn.Conv2dTranspose(2 * width, width, 4, stride=2, pad_mode='pad', padding=1, has_bias=True),
            nn.ELU(),
            nn.Conv2dTranspose(width, in_channels, 4, stride=2, pad_mode='pad', padding=1, has_bias=True),
            nn.Sigmoid(),
        )

    def encode(self, x):
        h = self.encoder(x)
        return self.to_mu(h), ops.clamp(self.to_logvar(h), -10.0, 10.0)

    def construct(self, x):
        mu, logvar = self.encode(x)
        return self.decoder(mu), mu, logvar


# Reconstruction + KL divergence losses summed over all elements and batch
def loss_function(recon_x, x, mu, logvar):
    BCE = binary_cross_entropy(recon_x, x.view(-1, recon_x.shape[1]), reduction='sum')

    # 0.5 * sum(1 + log(sigma^2) - mu^2 - sigma^2)
    KLD = -0.5 * ops.sum(1 + logvar - mu.pow(2) - logvar.exp())

    return BCE + KLD


def train_step(model, optimizer, data):
    """One optimizer step; returns the loss per image."""
    model.set_train()

    def forward_fn():
        recon_batch, mu, logvar = model(data)
        loss = loss_function(recon_batch, data, mu, logvar)
        return loss

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    loss, grads = grad_fn()
    optimizer(grads)
    return loss.item() / len(data)
