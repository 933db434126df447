"""Decoders of segmentation_models.pytorch in plain PyTorch, with its names, on encoders that give None where they have no map."""
import torch
from torch import nn
from torch.nn import functional as F


def conv_norm_relu(inputs, outputs, kernel=3):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU(inplace=True))


class Scse(nn.Module):
    """Roy et al. 2018."""

    def __init__(self, width):
        super().__init__()
        squeezed = max(1, width // 16)
        self.cSE = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, squeezed, 1), nn.ReLU(),
                                 nn.Conv2d(squeezed, width, 1), nn.Sigmoid())
        self.sSE = nn.Sequential(nn.Conv2d(width, 1, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.cSE(x) + x * self.sSE(x)


class Named(nn.Module):
    def __init__(self, attention):
        super().__init__()
        self.attention = attention

    def forward(self, x):
        return self.attention(x)


class UnetBlock(nn.Module):
    def __init__(self, inputs, skip, outputs, scse):
        super().__init__()
        self.conv1 = conv_norm_relu(inputs + skip, outputs)
        if scse:
            self.attention1 = Named(Scse(inputs + skip))
        self.conv2 = conv_norm_relu(outputs, outputs)
        if scse:
            self.attention2 = Named(Scse(outputs))

    def forward(self, x, skip, joins):
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        if skip is not None:
            x = torch.cat([x, skip], 1)
        if joins and hasattr(self, "attention1"):
            x = self.attention1(x)
        x = self.conv2(self.conv1(x))
        return self.attention2(x) if hasattr(self, "attention2") else x


class UnetDecoder(nn.Module):
    width, kernel, enlarge = 16, 3, 1

    def __init__(self, channels, scse=False):
        super().__init__()
        outputs = [256, 128, 64, 32, 16]
        inputs = [channels[-1], *outputs[:-1]]
        skips = [*channels[-2::-1], 0]
        self.blocks = nn.ModuleList([UnetBlock(*c, scse) for c in zip(inputs, skips, outputs)])

    def forward(self, features):
        x, *skips = features[::-1]
        for i, block in enumerate(self.blocks):
            x = block(x, skips[i] if i < len(skips) else None, i < len(skips))
        return x


class Lateral(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.skip_conv = nn.Conv2d(inputs, 256, 1)

    def forward(self, x, skip):
        return F.interpolate(x, scale_factor=2, mode="nearest") + self.skip_conv(skip)


class Doubling(nn.Module):
    def __init__(self, inputs, doubles):
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(inputs, 128, 3, padding=1, bias=False), nn.GroupNorm(32, 128), nn.ReLU())
        self.doubles = doubles

    def forward(self, x):
        x = self.block(x)
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True) if self.doubles else x


class Branch(nn.Module):
    def __init__(self, doublings):
        super().__init__()
        self.block = nn.Sequential(*[Doubling(256 if i == 0 else 128, doublings > 0) for i in range(max(1, doublings))])

    def forward(self, x):
        return self.block(x)


class FpnDecoder(nn.Module):
    width, kernel, enlarge = 128, 1, 4

    def __init__(self, channels):
        super().__init__()
        self.p5 = nn.Conv2d(channels[-1], 256, 1)
        self.p4, self.p3, self.p2 = (Lateral(c) for c in channels[-2:-5:-1])
        self.seg_blocks = nn.ModuleList([Branch(3 - i) for i in range(4)])

    def forward(self, features):
        p5 = self.p5(features[-1])
        p4 = self.p4(p5, features[-2])
        p3 = self.p3(p4, features[-3])
        p2 = self.p2(p3, features[-4])
        return sum(branch(p) for branch, p in zip(self.seg_blocks, [p5, p4, p3, p2]))


class LinknetBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        quarter = inputs // 4
        up = nn.Sequential(nn.ConvTranspose2d(quarter, quarter, 4, 2, 1), nn.BatchNorm2d(quarter), nn.ReLU())
        self.block = nn.Sequential(conv_norm_relu(inputs, quarter, 1), up, conv_norm_relu(quarter, outputs, 1))

    def forward(self, x):
        return self.block(x)


class LinknetDecoder(nn.Module):
    width, kernel, enlarge = 32, 1, 1

    def __init__(self, channels):
        super().__init__()
        widths = [channels[-1]]
        for c in [*channels[-2::-1], 32]:
            widths.append(c or widths[-1])
        self.blocks = nn.ModuleList([LinknetBlock(*c) for c in zip(widths[:-1], widths[1:])])

    def forward(self, features):
        x, *skips = features[::-1]
        for block, skip in zip(self.blocks, [*skips, None]):
            x = block(x)
            if skip is not None:
                x = x + skip
        return x


class Projection(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.linear = nn.Linear(inputs, 256)

    def forward(self, x):
        return self.linear(x.movedim(1, -1)).movedim(-1, 1)


class SegformerDecoder(nn.Module):
    """As the paper writes it: projected, resized, joined, convolved."""

    width, kernel, enlarge = 256, 1, 4

    def __init__(self, channels):
        super().__init__()
        present = [c for c in channels if c > 0][::-1]
        self.mlp_stage = nn.ModuleList([Projection(c) for c in present])
        self.fuse_stage = conv_norm_relu(256 * len(present), 256, 1)

    def forward(self, features):
        maps = [f for f in features if f is not None][::-1]
        size = features[1].shape[2:]
        resized = [F.interpolate(mlp(f), size=size, mode="bilinear", align_corners=False)
                   for mlp, f in zip(self.mlp_stage, maps)]
        return self.fuse_stage(torch.cat(resized, 1))


class Network(nn.Module):
    def __init__(self, encoder, decoder, classes=1, **options):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder(encoder.channels, **options)
        kernel = decoder.kernel
        self.segmentation_head = nn.Sequential(nn.Conv2d(decoder.width, classes, kernel, padding=kernel // 2))

    def forward(self, x):
        logits = self.segmentation_head(self.decoder(self.encoder(x)))
        enlarge = self.decoder.enlarge
        if enlarge == 1:
            return logits
        return F.interpolate(logits, scale_factor=enlarge, mode="bilinear", align_corners=True)
