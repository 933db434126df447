"""ConvNeXt (Liu et al. 2022) in plain PyTorch, with the names that segmentation_models.pytorch's `tu-` encoders have."""
import torch
from torch import nn

EPSILON = 1e-6


class OverChannels(nn.LayerNorm):
    """Layer normalisation of batch x channels x height x width."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Perceptron(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((width,), 1e-6))
        self.conv_dw = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, EPSILON)
        self.mlp = Perceptron(width)

    def forward(self, x):
        inside = self.mlp(self.norm(self.conv_dw(x).movedim(1, -1)))
        return x + (self.gamma * inside).movedim(-1, 1)


class Stage(nn.Module):
    def __init__(self, inputs, width, depth):
        super().__init__()
        if inputs is not None:
            self.downsample = nn.Sequential(OverChannels(inputs, EPSILON), nn.Conv2d(inputs, width, 2, 2))
        self.blocks = nn.Sequential(*[Block(width) for _ in range(depth)])

    def forward(self, x):
        return self.blocks(self.downsample(x) if hasattr(self, "downsample") else x)


class ConvNeXt(nn.Module):
    def __init__(self, widths, depths):
        super().__init__()
        self.stem_0 = nn.Conv2d(3, widths[0], 4, 4)
        self.stem_1 = OverChannels(widths[0], EPSILON)
        for i, (width, depth) in enumerate(zip(widths, depths)):
            self.add_module(f"stages_{i}", Stage(widths[i - 1] if i > 0 else None, width, depth))

    def forward(self, x):
        x = self.stem_1(self.stem_0(x))
        features = [None]
        for i in range(4):
            x = getattr(self, f"stages_{i}")(x)
            features.append(x)
        return features


class ConvNeXtTiny(nn.Module):
    channels = [0, 96, 192, 384, 768]

    def __init__(self):
        super().__init__()
        self.model = ConvNeXt(self.channels[1:], [3, 3, 9, 3])

    def forward(self, x):
        return self.model(x)
