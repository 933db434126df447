"""Unets in plain PyTorch by the name of their encoder, with the names and shapes of segmentation_models.pytorch, the weights of
step.bench.mjs, and the loss of both benchmarks."""
import pathlib
import sys

from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "nn/tests/python"))
from torch_peers.convnext import ConvNeXtTiny  # noqa: E402
from torch_peers.decoders import Network, UnetDecoder  # noqa: E402
from torch_peers.efficientnet import EfficientNet  # noqa: E402
from torch_peers.efficientnet_v2 import EfficientNetV2B0  # noqa: E402
from torch_peers.generated import fill, u  # noqa: E402, F401
from torch_peers.mix_transformer import mit_b0, mit_b2  # noqa: E402

encoders = {
    "timm-efficientnet-b0": EfficientNet,
    "timm-efficientnet-b4": lambda: EfficientNet(1.4, 1.8),
    "tu-tf_efficientnetv2_b0": EfficientNetV2B0,
    "tu-convnext_tiny": ConvNeXtTiny,
    "mit_b0": mit_b0,
    "mit_b2": mit_b2,
}


def unet(encoder):
    """A Unet for one class, without stochastic depth."""
    return Network(encoders[encoder](), UnetDecoder)


def loss_of(logits, target):
    bce = F.binary_cross_entropy_with_logits(logits, target)
    p = logits.sigmoid()
    axes = (0, 2, 3)
    dice = ((2 * (p * target).sum(axes) + 1) / (p.sum(axes) + target.sum(axes) + 1)).mean()
    return bce + (1 - dice)
