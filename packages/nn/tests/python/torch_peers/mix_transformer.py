"""Mix Transformers (SegFormer's encoder, Xie et al. 2021) in plain PyTorch, with segmentation_models.pytorch's names."""
import torch
from torch import nn

from .convnext import OverChannels

HEADS = [1, 2, 5, 8]
REDUCTIONS = [8, 4, 2, 1]


def to_list(x):
    """Batch x channels x height x width to batch x positions x channels."""
    return x.flatten(2).transpose(1, 2)


def to_map(x, height, width):
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], height, width)


class Attention(nn.Module):
    def __init__(self, width, heads, reduction):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.kv = nn.Linear(width, 2 * width)
        self.proj = nn.Linear(width, width)
        if reduction > 1:
            self.sr = nn.Conv2d(width, width, reduction, reduction)
            self.norm = nn.LayerNorm(width)

    def forward(self, x, height, width):
        asked = x
        if hasattr(self, "sr"):
            asked = self.norm(to_list(self.sr(to_map(x, height, width))))
        queries = self.q(x).unflatten(2, (self.heads, -1))
        keys, values = self.kv(asked).unflatten(2, (2, self.heads, -1)).unbind(2)
        scores = torch.einsum("nqhd,nkhd->nhqk", queries, keys) / queries.shape[-1] ** 0.5
        mixed = torch.einsum("nhqk,nkhd->nqhd", scores.softmax(-1), values)
        return self.proj(mixed.flatten(2))


class Depthwise(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 3, padding=1, groups=width)

    def forward(self, x):
        return self.dwconv(x)


class MixPerceptron(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.dwconv = Depthwise(4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x, height, width):
        inside = self.dwconv(to_map(self.fc1(x), height, width))
        return self.fc2(nn.functional.gelu(to_list(inside)))


class Block(nn.Module):
    def __init__(self, width, heads, reduction):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, 1e-6)
        self.attn = Attention(width, heads, reduction)
        self.norm2 = nn.LayerNorm(width, 1e-6)
        self.mlp = MixPerceptron(width)

    def forward(self, x):
        size = x.shape[2:]
        x = to_list(x)
        x = x + self.attn(self.norm1(x), *size)
        x = x + self.mlp(self.norm2(x), *size)
        return to_map(x, *size)


class Embedding(nn.Module):
    def __init__(self, inputs, width, kernel, stride):
        super().__init__()
        self.proj = nn.Conv2d(inputs, width, kernel, stride, kernel // 2)
        self.norm = OverChannels(width)

    def forward(self, x):
        return self.norm(self.proj(x))


class MixTransformer(nn.Module):
    def __init__(self, widths, depths):
        super().__init__()
        self.channels = [0, *widths]
        for i, width in enumerate(widths):
            patch = (7, 4) if i == 0 else (3, 2)
            self.add_module(f"patch_embed{i + 1}", Embedding(widths[i - 1] if i > 0 else 3, width, *patch))
        for i, (width, depth) in enumerate(zip(widths, depths)):
            blocks = [Block(width, HEADS[i], REDUCTIONS[i]) for _ in range(depth)]
            self.add_module(f"block{i + 1}", nn.Sequential(*blocks))
            self.add_module(f"norm{i + 1}", OverChannels(width, 1e-6))

    def forward(self, x):
        features = [None]
        for i in "1234":
            for part in ("patch_embed", "block", "norm"):
                x = getattr(self, part + i)(x)
            features.append(x)
        return features


def mit_b0():
    return MixTransformer([32, 64, 160, 256], [2, 2, 2, 2])


def mit_b2():
    return MixTransformer([64, 128, 320, 512], [3, 4, 6, 3])
