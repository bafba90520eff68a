""" Parts and full assembly of a U-Net for segmentation """

from mindspore import nn, ops


class DoubleConv(nn.Cell):
    """(convolution => [BN] => ReLU) * 2"""

    def __init__(self, in_channels, out_channels, mid_channels=None):
        super().__init__()
        if not mid_channels:
            mid_channels = out_channels
        self.double_conv = nn.SequentialCell(
            nn.Conv2d(in_channels, mid_channels, kernel_size=3, pad_mode='pad', padding=1, has_bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(),
            nn.Conv2d(mid_channels, out_channels, kernel_size=3, pad_mode='pad', padding=1, has_bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU()
        )

    def construct(self, x):
        return self.double_conv(x)


class Down(nn.Cell):
    """Downscaling with maxpool then double conv"""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.SequentialCell(
            nn.MaxPool2d(2, stride=2),
            DoubleConv(in_channels, out_channels)
        )

    def construct(self, x):
        return self.maxpool_conv(x)


class Up(nn.Cell):
    """Upscaling then double conv"""

    def __init__(self, in_channels, out_channels, bilinear=True):
        super().__init__()
        self.bilinear = bilinear

        # if bilinear, use the normal convolutions to reduce the number of channels
        if bilinear:
            self.up = None
            self.conv = DoubleConv(in_channels, out_channels, in_channels // 2)
        else:
            self.up = nn.Conv2dTranspose(in_channels, in_channels // 2, kernel_size=2, stride=2, pad_mode='pad', has_bias=True)
            self.conv = DoubleConv(in_channels, out_channels)

    def construct(self, x1, x2):
        if self.up is None:
            size = (2 * x1.shape[2], 2 * x1.shape[3])
            x1 = ops.interpolate(x1, size=size, mode='bilinear', align_corners=True)
        else:
            x1 = self.up(x1)
        # input is CHW
        diffY = x2.shape[2] - x1.shape[2]
        diffX = x2.shape[3] - x1.shape[3]

        x1 = ops.pad(x1, [diffX // 2, diffX - diffX // 2,
                        diffY // 2, diffY - diffY // 2])
        x = ops.cat([x2, x1], axis=1)
        return self.conv(x)


class OutConv(nn.Cell):
    def __init__(self, in_channels, out_channels):
        super(OutConv, self).__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1, pad_mode='valid', has_bias=True)

    def construct(self, x):
        return self.conv(x)


class UNet(nn.Cell):
    def __init__(self, n_channels, n_classes, base=64, bilinear=False):
        super(UNet, self).__init__()
        self.n_channels = n_channels
        self.n_classes = n_classes
        self.bilinear = bilinear

        self.inc = DoubleConv(n_channels, base)
        self.down1 = Down(base, base * 2)
        self.down2 = Down(base * 2, base * 4)
        factor = 2 if bilinear else 1
        self.down3 = Down(base * 4, base * 8 // factor)
        self.up1 = Up(base * 8, base * 4 // factor, bilinear)
        self.up2 = Up(base * 4, base * 2 // factor, bilinear)
        self.up3 = Up(base * 2, base, bilinear)
        self.outc = OutConv(base, n_classes)

    def construct(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x = self.up1(x4, x3)
        x = self.up2(x, x2)
        x = self.up3(x, x1)
        logits = self.outc(x)
        return logits


def dice_loss(logits, target, epsilon=1e-6):
    """One minus the dice coefficient of the predicted and the true mask."""
    prob = ops.sigmoid(logits)
    inter = 2 * (prob * target).sum(dim=(-1, -2))
    total = prob.sum(dim=(-1, -2)) + target.sum(dim=(-1, -2))
    total = ops.where(total == 0, inter, total)
    return 1 - ((inter + epsilon) / (total + epsilon)).mean()
