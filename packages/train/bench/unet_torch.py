"""EfficientNet + Unet in plain PyTorch, with the names and shapes of segmentation_models.pytorch, and the loss of both benchmarks."""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def u(name, count):
    """Pseudo-random values in [-1, 1) from a name, the same in every language (murmur3 finaliser over FNV-1a)."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761)).astype(np.uint32) ^ np.uint32(seed)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2**32 * 2 - 1


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduced):
        super().__init__()
        self.conv_reduce = nn.Conv2d(channels, reduced, 1)
        self.conv_expand = nn.Conv2d(reduced, channels, 1)

    def forward(self, x):
        gate = self.conv_expand(F.silu(self.conv_reduce(x.mean((2, 3), keepdim=True))))
        return x * gate.sigmoid()


class DepthwiseSeparable(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.conv_dw = nn.Conv2d(inputs, inputs, kernel, stride, kernel // 2, groups=inputs, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.se = SqueezeExcite(inputs, round(inputs * 0.25))
        self.conv_pw = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.bn2(self.conv_pw(self.se(F.silu(self.bn1(self.conv_dw(x))))))
        return x + y if self.residual else y


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        middle = inputs * expansion
        self.conv_pw = nn.Conv2d(inputs, middle, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(middle)
        self.conv_dw = nn.Conv2d(middle, middle, kernel, stride, kernel // 2, groups=middle, bias=False)
        self.bn2 = nn.BatchNorm2d(middle)
        self.se = SqueezeExcite(middle, round(inputs * 0.25))
        self.conv_pwl = nn.Conv2d(middle, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.silu(self.bn1(self.conv_pw(x)))
        y = self.se(F.silu(self.bn2(self.conv_dw(y))))
        y = self.bn3(self.conv_pwl(y))
        return x + y if self.residual else y


def scaled(channels, width):
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


class Encoder(nn.Module):
    # repeats, kernel, stride, expansion, channels
    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
              (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]

    def __init__(self, width, depth):
        super().__init__()
        stem = scaled(32, width)
        self.conv_stem = nn.Conv2d(3, stem, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        blocks, inputs = [], stem
        self.channels = [stem]
        for index, (repeats, kernel, stride, expansion, base) in enumerate(self.stages):
            stage, outputs = [], scaled(base, width)
            if index in (1, 2, 4, 6):
                self.channels.append(outputs)
            for i in range(math.ceil(repeats * depth)):
                step = stride if i == 0 else 1
                if expansion == 1:
                    stage.append(DepthwiseSeparable(inputs, outputs, kernel, step))
                else:
                    stage.append(InvertedResidual(inputs, outputs, kernel, step, expansion))
                inputs = outputs
            blocks.append(nn.Sequential(*stage))
        self.blocks = nn.Sequential(*blocks)
        head = scaled(1280, width)
        self.conv_head = nn.Conv2d(inputs, head, 1, bias=False)  # kept for its weights, as the reference does
        self.bn2 = nn.BatchNorm2d(head)

    def forward(self, x):
        x = F.silu(self.bn1(self.conv_stem(x)))
        features = [x]
        for i, stage in enumerate(self.blocks):
            x = stage(x)
            if i in (1, 2, 4, 6):
                features.append(x)
        return features


def conv_norm_relu(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU(inplace=True))


class DecoderBlock(nn.Module):
    def __init__(self, inputs, skip, outputs):
        super().__init__()
        self.conv1 = conv_norm_relu(inputs + skip, outputs)
        self.conv2 = conv_norm_relu(outputs, outputs)

    def forward(self, x, skip):
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        if skip is not None:
            x = torch.cat([x, skip], 1)
        return self.conv2(self.conv1(x))


class Decoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        outputs = [256, 128, 64, 32, 16]
        inputs = [channels[-1], *outputs[:-1]]
        skips = [*channels[-2::-1], 0]
        self.blocks = nn.ModuleList([DecoderBlock(*c) for c in zip(inputs, skips, outputs)])

    def forward(self, features):
        x, *skips = features[::-1]
        for i, block in enumerate(self.blocks):
            x = block(x, skips[i] if i < len(skips) else None)
        return x


class Unet(nn.Module):
    def __init__(self, width=1.0, depth=1.0):
        super().__init__()
        self.encoder = Encoder(width, depth)
        self.decoder = Decoder(self.encoder.channels)
        self.segmentation_head = nn.Sequential(nn.Conv2d(16, 1, 3, padding=1))

    def forward(self, x):
        return self.segmentation_head(self.decoder(self.encoder(x)))


def generated(name, shape):
    """The weights of ../shared/data/model-parity: see its README."""
    count = math.prod(shape)
    values = u(name, count)
    if name.endswith("running_mean"):
        values = 0.1 * values
    elif name.endswith("running_var"):
        values = 1 + 0.5 * np.abs(values)
    elif len(shape) == 1:
        values = (1 if name.endswith("weight") else 0) + 0.1 * values
    else:
        values = 1.4 * math.sqrt(3 / (count / shape[0])) * values
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def loss_of(logits, target):
    bce = F.binary_cross_entropy_with_logits(logits, target)
    p = logits.sigmoid()
    axes = (0, 2, 3)
    dice = ((2 * (p * target).sum(axes) + 1) / (p.sum(axes) + target.sum(axes) + 1)).mean()
    return bce + (1 - dice)
