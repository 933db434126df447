"""Unet, FPN and Linknet of segmentation_models 1.x for Keras on EfficientNet, computed with NumPy alone in float64.

It shares no code with the project: the layers follow the packages' descriptions, the weights a formula. Maps are
height x width x channels. Usage: keras_layouts.py unet:b0:64 fpn:b0:64 ...   (decoder, encoder, side of the input)
Prints JSON: for each argument its logits (row by row) and its numbers of trained and of other parameters.
"""
import json
import math
import sys

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SCALING = {"b0": (1.0, 1.0), "b1": (1.0, 1.1), "b2": (1.1, 1.2), "b3": (1.2, 1.4), "b4": (1.4, 1.8)}
# Repeats, kernel, stride, expansion, filters of the seven stages (Tan & Le 2019, table 1).
STAGES = [
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
]
EPSILON = 1e-3


def uniform(name, count):
    """Uniform in [-1, 1): FNV-1a of the name, murmur3's finaliser over the element's number."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) * 2654435761 & 0xFFFFFFFF).astype(np.uint32) ^ np.uint32(seed)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x / 2.0**32 * 2 - 1


class Network:
    """Makes weights as layers ask for them, and counts them."""

    def __init__(self):
        self.trained = 0
        self.other = 0

    def make(self, name, shape, value, trained=True):
        count = math.prod(shape)
        if trained:
            self.trained += count
        else:
            self.other += count
        return value(uniform(name, count)).astype(np.float32).astype(np.float64).reshape(shape)

    def conv(self, x, name, filters, size, stride=1, bias=False, depthwise=False):
        """Conv2D or DepthwiseConv2D, padding 'same'."""
        channels = 1 if depthwise else x.shape[2]
        scale = 1.4 * math.sqrt(3 / (channels * size * size))
        kernel = self.make(name + ".weight", (filters, channels, size, size), lambda u: scale * u)
        windows = sliding_window_view(pad_same(x, size, stride), (size, size), axis=(0, 1))[::stride, ::stride]
        if depthwise:
            y = np.einsum("hwcij,cij->hwc", windows, kernel[:, 0])
        else:
            y = np.tensordot(windows, kernel, axes=([2, 3, 4], [1, 2, 3]))
        return y + self.make(name + ".bias", (filters,), lambda u: 0.1 * u) if bias else y

    def batch_norm(self, x, name):
        shape = (x.shape[2],)
        gamma = self.make(name + ".weight", shape, lambda u: 1 + 0.1 * u)
        beta = self.make(name + ".bias", shape, lambda u: 0.1 * u)
        mean = self.make(name + ".running_mean", shape, lambda u: 0.1 * u, trained=False)
        variance = self.make(name + ".running_var", shape, lambda u: 1 + 0.5 * abs(u), trained=False)
        return gamma * (x - mean) / np.sqrt(variance + EPSILON) + beta

    def conv_bn_relu(self, x, name, filters, size=3):
        return np.maximum(self.batch_norm(self.conv(x, name + ".conv", filters, size), name + ".bn"), 0)


def pad_same(x, size, stride):
    """TensorFlow's SAME: the output has ceil(n / stride) pixels; an odd pixel of padding goes to the end."""
    around = []
    for length in x.shape[:2]:
        total = max((-(-length // stride) - 1) * stride + size - length, 0)
        around.append((total // 2, total - total // 2))
    return np.pad(x, [*around, (0, 0)])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def swish(x):
    return x * sigmoid(x)


def repeat(x, factor):
    """UpSampling2D(factor, interpolation='nearest')."""
    return np.repeat(np.repeat(x, factor, axis=0), factor, axis=1)


def bilinear(x, factor):
    """UpSampling2D(factor, interpolation='bilinear') of TensorFlow 2: half-pixel centres, nothing beyond the edge."""
    for axis in (0, 1):
        length = x.shape[axis]
        place = (np.arange(length * factor) + 0.5) / factor - 0.5
        low = np.floor(place).astype(int)
        share = (place - low).reshape([-1 if a == axis else 1 for a in range(3)])
        before = np.take(x, np.clip(low, 0, length - 1), axis=axis)
        after = np.take(x, np.clip(low + 1, 0, length - 1), axis=axis)
        x = before * (1 - share) + after * share
    return x


def rounded(filters, width):
    """A multiple of 8 that is at least nine tenths of what was asked for."""
    wanted = filters * width
    result = max(8, int(wanted + 4) // 8 * 8)
    return result + 8 if result < 0.9 * wanted else result


def efficientnet(net, image, variant):
    """Top activation and the skip connections from 1/16 to 1/2: the expanded maps of blocks 6a, 4a, 3a and 2a."""
    width, depth = SCALING[variant]
    root = "encoder.model."
    x = swish(net.batch_norm(net.conv(image, root + "conv_stem", rounded(32, width), 3, stride=2), root + "bn1"))
    expanded = {}
    for stage, (repeats, size, stride, expansion, filters) in enumerate(STAGES):
        filters = rounded(filters, width)
        for block in range(math.ceil(repeats * depth)):
            name = f"{root}blocks.{stage}.{block}."
            entering = x
            inside = entering.shape[2] * expansion
            norms = iter(["bn1", "bn2", "bn3"])
            if expansion > 1:
                x = swish(net.batch_norm(net.conv(x, name + "conv_pw", inside, 1), name + next(norms)))
                if block == 0:
                    expanded[stage + 1] = x
            step = stride if block == 0 else 1
            x = net.conv(x, name + "conv_dw", inside, size, stride=step, depthwise=True)
            x = swish(net.batch_norm(x, name + next(norms)))
            pooled = x.mean(axis=(0, 1), keepdims=True)
            narrow = swish(net.conv(pooled, name + "se.conv_reduce", max(1, entering.shape[2] // 4), 1, bias=True))
            x = x * sigmoid(net.conv(narrow, name + "se.conv_expand", inside, 1, bias=True))
            x = net.conv(x, name + ("conv_pwl" if expansion > 1 else "conv_pw"), filters, 1)
            x = net.batch_norm(x, name + next(norms))
            if step == 1 and entering.shape[2] == filters:
                x = x + entering
    top = swish(net.batch_norm(net.conv(x, root + "conv_head", rounded(1280, width), 1), root + "bn2"))
    return top, [expanded[6], expanded[4], expanded[3], expanded[2]]


def unet(net, x, skips):
    for stage, filters in enumerate([256, 128, 64, 32, 16]):
        x = repeat(x, 2)
        if stage < len(skips):
            x = np.concatenate([x, skips[stage]], axis=2)
        for part in "ab":
            x = net.conv_bn_relu(x, f"decoder.stage{stage}{part}", filters)
    return x


def linknet(net, x, skips):
    for stage in range(5):
        narrow = x.shape[2] // 4
        filters = skips[stage].shape[2] if stage < len(skips) else 16
        x = net.conv_bn_relu(x, f"decoder.stage{stage}a", narrow, 1)
        x = net.conv_bn_relu(repeat(x, 2), f"decoder.stage{stage}b", narrow, 3)
        x = net.conv_bn_relu(x, f"decoder.stage{stage}c", filters, 1)
        if stage < len(skips):
            x = x + skips[stage]
    return x


def fpn(net, x, skips):
    level = net.conv(x, "decoder.p5.pre_conv", 256, 1, bias=True)
    parts = []
    for index, skip in enumerate(skips):
        stage = 5 - index
        level = repeat(level, 2) + net.conv(skip, f"decoder.p{stage}.conv", 256, 1, bias=True)
        part = level
        for half in "ab":
            part = net.conv_bn_relu(part, f"decoder.segm_stage{stage}{half}", 128)
        parts.append(repeat(part, 2 ** (3 - index)))
    # The state dict's kernel has the coarsest level first.
    merged = net.conv_bn_relu(np.concatenate(parts, axis=2), "decoder.final_stage", 128)
    return bilinear(merged, 2)


DECODERS = {"unet": unet, "linknet": linknet, "fpn": fpn}


def main():
    results = {}
    for case in sys.argv[1:]:
        decoder, variant, side = case.split(":")
        side = int(side)
        image = uniform("input", 3 * side * side).astype(np.float32).astype(np.float64).reshape(3, side, side)
        net = Network()
        top, skips = efficientnet(net, image.transpose(1, 2, 0), variant)
        logits = net.conv(DECODERS[decoder](net, top, skips), "segmentation_head.0", 1, 3, bias=True)
        results[case] = {"logits": logits[:, :, 0].ravel().tolist(), "trained": net.trained, "other": net.other}
    json.dump(results, sys.stdout)


main()
