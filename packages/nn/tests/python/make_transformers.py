"""Feature maps and logits of ConvNeXt, Mix Transformers and the decoders on them, with formula weights, computed by PyTorch from modules
that share no code with the project.
Run: /usr/bin/python3 packages/nn/tests/python/make_transformers.py > packages/nn/tests/fixtures/transformers.json"""
import hashlib
import json

import numpy as np
import torch
from torch_peers.convnext import ConvNeXtTiny
from torch_peers.decoders import FpnDecoder, LinknetDecoder, Network, SegformerDecoder, UnetDecoder
from torch_peers.efficientnet import EfficientNet
from torch_peers.generated import fill, u
from torch_peers.mix_transformer import mit_b0, mit_b2

HEIGHT, WIDTH = 64, 96

encoders = {"tu-convnext_tiny": ConvNeXtTiny, "mit_b0": mit_b0, "mit_b2": mit_b2, "timm-efficientnet-b0": EfficientNet}
decoders = {"unet": UnetDecoder, "fpn": FpnDecoder, "linknet": LinknetDecoder, "segformer": SegformerDecoder}
networks = [
    ("unet", "mit_b0", {}),
    ("unet", "mit_b0", {"scse": True}),
    ("fpn", "mit_b0", {}),
    ("linknet", "tu-convnext_tiny", {}),
    ("segformer", "mit_b0", {}),
    ("segformer", "timm-efficientnet-b0", {}),
]


def summary(values):
    flat = values.flatten()
    return {
        "shape": list(values.shape),
        "mean": flat.double().mean().item(),
        "std": flat.double().std(unbiased=False).item(),
        "first": [round(v, 7) for v in flat[:: max(1, flat.numel() // 16)][:16].tolist()],
    }


def names(model):
    """How many numbers are trained, and a digest of names and shapes in order, without batch counters."""
    entries = [(k, v) for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")]
    text = "".join(f"{name} {'x'.join(map(str, value.shape))}\n" for name, value in entries)
    trained = sum(p.numel() for p in model.parameters())
    return {"entries": len(entries), "trained": trained, "digest": hashlib.sha256(text.encode()).hexdigest()}


def main():
    torch.set_num_threads(2)
    image = torch.from_numpy(u("input", 3 * HEIGHT * WIDTH).astype(np.float32)).reshape(1, 3, HEIGHT, WIDTH)
    result = {"torch": torch.__version__, "height": HEIGHT, "width": WIDTH, "encoders": [], "networks": []}
    with torch.no_grad():
        for name in ("tu-convnext_tiny", "mit_b0", "mit_b2"):
            holder = torch.nn.Module()
            holder.encoder = encoders[name]()
            fill(holder).eval()
            maps = [summary(m) for m in holder.encoder(image) if m is not None]
            result["encoders"].append({"encoder": name, **names(holder), "features": maps})
        for decoder, encoder, options in networks:
            model = fill(Network(encoders[encoder](), decoders[decoder], **options)).eval()
            logits = summary(model(image))
            chosen = {"attention": "scse"} if options else {}
            result["networks"].append({"decoder": decoder, "encoder": encoder, **chosen, **names(model), "logits": logits})
    print(json.dumps(result, indent=1))


main()
