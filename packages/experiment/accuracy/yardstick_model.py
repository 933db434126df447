"""EfficientNetV2-B0 with a Unet in plain PyTorch, under the names of timm and segmentation_models.pytorch, so that weights go in and out."""
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[2] / "train" / "bench"))
from unet_torch import Decoder, SqueezeExcite, loss_of  # noqa: E402, F401

EPS = 1e-3


def norm(channels):
    return nn.BatchNorm2d(channels, eps=EPS)


class SameConv(nn.Conv2d):
    """TensorFlow's padding: what is odd goes to the bottom and the right."""

    def forward(self, x):
        total = max(self.kernel_size[0] - self.stride[0], 0)
        before = total // 2
        return super().forward(F.pad(x, (before, total - before, before, total - before)) if total else x)


class Plain(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        self.conv = SameConv(inputs, outputs, 3, stride, bias=False)
        self.bn1 = norm(outputs)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.silu(self.bn1(self.conv(x)))
        return x + y if self.shortcut else y


class Fused(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        self.conv_exp = SameConv(inputs, inputs * expansion, 3, stride, bias=False)
        self.bn1 = norm(inputs * expansion)
        self.conv_pwl = nn.Conv2d(inputs * expansion, outputs, 1, bias=False)
        self.bn2 = norm(outputs)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.bn2(self.conv_pwl(F.silu(self.bn1(self.conv_exp(x)))))
        return x + y if self.shortcut else y


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        middle = inputs * expansion
        self.conv_pw = nn.Conv2d(inputs, middle, 1, bias=False)
        self.bn1 = norm(middle)
        self.conv_dw = SameConv(middle, middle, 3, stride, groups=middle, bias=False)
        self.bn2 = norm(middle)
        self.se = SqueezeExcite(middle, inputs // 4)
        self.conv_pwl = nn.Conv2d(middle, outputs, 1, bias=False)
        self.bn3 = norm(outputs)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.silu(self.bn1(self.conv_pw(x)))
        y = self.se(F.silu(self.bn2(self.conv_dw(y))))
        y = self.bn3(self.conv_pwl(y))
        return x + y if self.shortcut else y


# block, repeats, stride, expansion, channels
STAGES = [(Plain, 1, 1, 1, 16), (Fused, 2, 2, 4, 32), (Fused, 2, 2, 4, 48), (Inverted, 3, 2, 4, 96),
          (Inverted, 5, 1, 6, 112), (Inverted, 8, 2, 6, 192)]


class Trunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_stem = SameConv(3, 32, 3, 2, bias=False)
        self.bn1 = norm(32)
        blocks, inputs = [], 32
        for kind, repeats, stride, expansion, outputs in STAGES:
            stage = []
            for i in range(repeats):
                stage.append(kind(inputs, outputs, stride if i == 0 else 1, expansion))
                inputs = outputs
            blocks.append(nn.Sequential(*stage))
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        x = F.silu(self.bn1(self.conv_stem(x)))
        features = []
        for i, stage in enumerate(self.blocks):
            x = stage(x)
            if i != 3:
                features.append(x)
        return features


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Trunk()

    def forward(self, x):
        return self.model(x)


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder([16, 32, 48, 112, 192])
        self.segmentation_head = nn.Sequential(nn.Conv2d(16, 1, 3, padding=1))

    def forward(self, x):
        return self.segmentation_head(self.decoder(self.encoder(x)))


def read_safetensors(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"]).copy())
    return tensors


def write_safetensors(path, tensors):
    kinds = {torch.float32: "F32", torch.int64: "I64"}
    header, at, parts = {}, 0, []
    for name, tensor in tensors.items():
        part = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        at += len(part)
        parts.append(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
