"""The training step of step.bench.mjs in plain PyTorch: EfficientNet-B0 + Unet with the names and shapes of
segmentation_models.pytorch, BCE + soft Dice, Adam. Reads the number of steps to do from stdin, answers in JSON lines."""
import json
import math
import resource
import sys
import time

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


class Encoder(nn.Module):
    # repeats, kernel, stride, expansion, channels
    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
              (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]

    def __init__(self):
        super().__init__()
        self.conv_stem = nn.Conv2d(3, 32, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in self.stages:
            stage = []
            for i in range(repeats):
                step = stride if i == 0 else 1
                if expansion == 1:
                    stage.append(DepthwiseSeparable(inputs, outputs, kernel, step))
                else:
                    stage.append(InvertedResidual(inputs, outputs, kernel, step, expansion))
                inputs = outputs
            blocks.append(nn.Sequential(*stage))
        self.blocks = nn.Sequential(*blocks)
        self.conv_head = nn.Conv2d(320, 1280, 1, bias=False)  # kept for its weights, as the reference does
        self.bn2 = nn.BatchNorm2d(1280)

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
    def __init__(self):
        super().__init__()
        inputs, skips, outputs = [320, 256, 128, 64, 32], [112, 40, 24, 32, 0], [256, 128, 64, 32, 16]
        self.blocks = nn.ModuleList([DecoderBlock(*c) for c in zip(inputs, skips, outputs)])

    def forward(self, features):
        x, *skips = features[::-1]
        for i, block in enumerate(self.blocks):
            x = block(x, skips[i] if i < len(skips) else None)
        return x


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
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


def main():
    batch, side, threads = (int(value) for value in sys.argv[1:4])
    torch.set_num_threads(threads)
    model = Unet()
    state = model.state_dict()
    model.load_state_dict({k: generated(k, v.shape) if v.dtype == torch.float32 else v for k, v in state.items()})
    model = model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.from_numpy(u("input", batch * 3 * side * side).astype(np.float32).reshape(batch, 3, side, side))
    images = images.contiguous(memory_format=torch.channels_last)
    masks = torch.from_numpy((u("mask", batch * side * side) > 0).astype(np.float32).reshape(batch, 1, side, side))
    print(json.dumps({"parameters": sum(p.numel() for p in model.parameters())}), flush=True)
    for line in sys.stdin:
        seconds, processor, losses = [], [], []
        for _ in range(int(line)):
            began, used = time.perf_counter(), time.process_time()
            loss = loss_of(model(images), masks)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "processor": processor, "losses": losses, "peakMiB": peak}), flush=True)


main()
