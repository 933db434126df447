"""The yardstick: the training that most people would write in PyTorch. A DataLoader, an ImageNet encoder, a Unet, flips, quarter turns and a
colour jitter, cross-entropy and Dice, Adam with a cosine. Its data are those of `ftu prepare`; its weights go to an ONNX file of ours."""
import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from safetensors_files import read_safetensors, write_safetensors

sys.path.insert(0, str(Path(__file__).parents[2] / "train" / "bench"))
from unet_torch import loss_of, unet  # noqa: E402

MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


class Windows(Dataset):
    """Random windows of random images; image and window follow from the index, so that workers do not matter."""

    def __init__(self, folder, column, held_out, side, count, seed):
        index = json.loads((Path(folder) / "dataset.json").read_text())
        self.ids = [s["id"] for s in index["slides"] if s["columns"][column] != held_out]
        self.folder, self.side, self.count, self.seed = Path(folder) / "slides", side, count, seed

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        rng = np.random.RandomState((self.seed * 1_000_003 + index) % (1 << 31))
        name = self.ids[rng.randint(len(self.ids))]
        image = np.load(self.folder / f"{name}.image.npy", mmap_mode="r")
        mask = np.load(self.folder / f"{name}.mask.npy", mmap_mode="r")
        height, width = mask.shape
        # Images that are smaller than a window are mirrored, as prediction does it.
        pad = [(0, max(0, self.side - length)) for length in (height, width)]
        if pad != [(0, 0), (0, 0)]:
            image = np.pad(image, [*pad, (0, 0)], mode="symmetric")
            mask = np.pad(mask, pad, mode="symmetric")
            height, width = mask.shape
        y, x = rng.randint(height - self.side + 1), rng.randint(width - self.side + 1)
        image = image[y:y + self.side, x:x + self.side].astype(np.float32) / 255
        mask = (mask[y:y + self.side, x:x + self.side] != 0).astype(np.float32)
        turns, flip = rng.randint(4), rng.rand() < 0.5
        image, mask = np.rot90(image, turns), np.rot90(mask, turns)
        if flip:
            image, mask = image[:, ::-1], mask[:, ::-1]
        image = self.jitter(np.ascontiguousarray(image), rng)
        image = (image - MEAN) / STD
        return torch.from_numpy(image.transpose(2, 0, 1).copy()), torch.from_numpy(mask[None].copy())

    @staticmethod
    def jitter(image, rng):
        """Brightness, contrast and saturation by 0.2, hue by 0.05 of a turn."""
        image = image * rng.uniform(0.8, 1.2)
        grey = float((image @ np.float32([0.299, 0.587, 0.114])).mean())
        image = (image - grey) * rng.uniform(0.8, 1.2) + grey
        hsv = cv2.cvtColor(np.clip(image, 0, 1).astype(np.float32), cv2.COLOR_RGB2HSV)
        hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.8, 1.2), 0, 1)
        hsv[..., 0] = (hsv[..., 0] + 360 * rng.uniform(-0.05, 0.05)) % 360
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def main():
    parser = argparse.ArgumentParser()
    for name in ["data", "column", "held-out", "out", "weights"]:
        parser.add_argument(f"--{name}", required=True)
    for name, default in [("seed", 1), ("windows", 6400), ("threads", 2), ("batch", 8), ("side", 128)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(args.threads)
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    began = time.perf_counter()
    model = unet("tu-tf_efficientnetv2_b0")
    published = read_safetensors(args.weights)
    missing, _ = model.encoder.model.load_state_dict(published, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing:
        raise SystemExit(f"the weights lack {missing[0]} and {len(missing) - 1} more")
    model = model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    steps = args.windows // args.batch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 0.5 * (1 + math.cos(math.pi * step / steps)))
    data = Windows(args.data, args.column, args.held_out, args.side, args.windows, args.seed)
    for images, masks in DataLoader(data, batch_size=args.batch, num_workers=args.threads):
        loss = loss_of(model(images.contiguous(memory_format=torch.channels_last)), masks)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
    seconds = time.perf_counter() - began
    model.eval()
    out = Path(args.out)
    write_safetensors(out / "weights.safetensors", model.state_dict())
    # One window's logits, so that whoever runs the weights elsewhere can tell that it is the same network.
    image, _ = data[0]
    with torch.no_grad():
        logits = model(image[None])
    np.save(out / "check-input.npy", image[None].numpy())
    np.save(out / "check-logits.npy", logits.numpy())
    print(json.dumps({"seconds": seconds, "loss": float(loss)}))


main()
