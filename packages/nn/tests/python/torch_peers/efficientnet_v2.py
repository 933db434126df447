"""EfficientNetV2-B0 (Tan & Le 2021) in plain PyTorch: TensorFlow's padding and numbers, the names of `tu-tf_efficientnetv2_b0`."""
from torch import nn
from torch.nn import functional as F

from .efficientnet import SqueezeExcite


class SameConv(nn.Conv2d):
    """TensorFlow's SAME for sizes that the stride divides: an odd pixel of padding goes to the bottom and right."""

    def forward(self, x):
        total = self.kernel_size[0] - self.stride[0]
        before, after = total // 2, total - total // 2
        if before == after:
            return F.conv2d(x, self.weight, None, self.stride, before, 1, self.groups)
        return F.conv2d(F.pad(x, (before, after, before, after)), self.weight, None, self.stride, 0, 1, self.groups)


def conv(inputs, outputs, kernel=1, stride=1, groups=1):
    return SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


class Plain(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        self.conv = conv(inputs, outputs, 3, stride)
        self.bn1 = norm(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.silu(self.bn1(self.conv(x)))
        return x + y if self.residual else y


class Fused(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        self.conv_exp = conv(inputs, inputs * expansion, 3, stride)
        self.bn1 = norm(inputs * expansion)
        self.conv_pwl = conv(inputs * expansion, outputs)
        self.bn2 = norm(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.bn2(self.conv_pwl(F.silu(self.bn1(self.conv_exp(x)))))
        return x + y if self.residual else y


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        middle = inputs * expansion
        self.conv_pw = conv(inputs, middle)
        self.bn1 = norm(middle)
        self.conv_dw = conv(middle, middle, 3, stride, middle)
        self.bn2 = norm(middle)
        self.se = SqueezeExcite(middle, round(inputs * 0.25))
        self.conv_pwl = conv(middle, outputs)
        self.bn3 = norm(outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.silu(self.bn1(self.conv_pw(x)))
        y = self.bn3(self.conv_pwl(self.se(F.silu(self.bn2(self.conv_dw(y))))))
        return x + y if self.residual else y


class Trunk(nn.Module):
    # kind, repeats, stride, expansion, channels
    stages = [(Plain, 1, 1, 1, 16), (Fused, 2, 2, 4, 32), (Fused, 2, 2, 4, 48), (Inverted, 3, 2, 4, 96),
              (Inverted, 5, 1, 6, 112), (Inverted, 8, 2, 6, 192)]

    def __init__(self):
        super().__init__()
        self.conv_stem = conv(3, 32, 3, 2)
        self.bn1 = norm(32)
        blocks, inputs = [], 32
        for kind, repeats, stride, expansion, outputs in self.stages:
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
            if i in (0, 1, 2, 4, 5):
                features.append(x)
        return features


class EfficientNetV2B0(nn.Module):
    channels = [16, 32, 48, 112, 192]

    def __init__(self):
        super().__init__()
        self.model = Trunk()

    def forward(self, x):
        return self.model(x)
