"""
What a competitor would write: OpenSlide windows of level 0 shrunk by OpenCV, batches through PyTorch, Hann-weighted probabilities in
NumPy, enlarged by OpenCV, thresholded, run-length coded.  python_pipeline.py SLIDE CHECKPOINT OVERLAP OUT [TILE] [DOWNSAMPLE] [VIEWS]
VIEWS is 1, or 4: as it is, mirrored along each axis, transposed.
"""
import json
import struct
import sys
from pathlib import Path

import cv2
import numpy as np
import openslide
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "train" / "bench"))
from unet_torch import unet  # noqa: E402

slide_path, checkpoint, overlap, out = sys.argv[1:5]
tile = int(sys.argv[5]) if len(sys.argv) > 5 else 256
downsample = int(sys.argv[6]) if len(sys.argv) > 6 else 4
views = int(sys.argv[7]) if len(sys.argv) > 7 else 1
overlap = int(overlap)
batch_size = 8 if tile <= 512 else 1


def read_safetensors(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    types = {"F32": np.float32, "I64": np.int64}
    state = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + at for at in entry["data_offsets"])
        array = np.frombuffer(data[start:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
        state[name] = torch.from_numpy(array.copy())
    return state, json.loads(header["__metadata__"]["card"])


def starts(length):
    if length <= tile:
        return [0]
    steps = -(-(length - tile) // (tile - overlap))
    return [round(i * (length - tile) / steps) for i in range(steps + 1)]


def rle(mask):
    # Of bytes: as it is mostly written, with [0], it becomes an array of 64-bit numbers, and a slide of 40,000 pixels does not fit into 24 GB.
    edge = np.zeros(1, np.uint8)
    pixels = np.concatenate([edge, mask.T.ravel(), edge])
    runs = np.where(pixels[1:] != pixels[:-1])[0] + 1
    runs[1::2] -= runs[::2]
    return " ".join(map(str, runs))


state, card = read_safetensors(checkpoint)
model = unet(card["encoder"]).eval()
missing, _ = model.load_state_dict(state, strict=False)
assert not missing, missing
model = model.to(memory_format=torch.channels_last)
mean, std = (np.array(card[key], np.float32) for key in ("mean", "std"))
slide = openslide.OpenSlide(slide_path)
width, height = slide.dimensions
w, h = width // downsample, height // downsample
window = np.sin(np.pi * (np.arange(tile) + 0.5) / tile).astype(np.float32) ** 2
weight = np.outer(window, window)
total = np.zeros((h, w), np.float32)
weights = np.zeros((h, w), np.float32)
# Each symmetry and what undoes it; all of these undo themselves.
symmetries = [
    (own, own)
    for own in (lambda t: t, lambda t: t.flip(3), lambda t: t.flip(2), lambda t: t.transpose(2, 3))
]
places = [(x, y) for x in starts(w) for y in starts(h)]
with torch.no_grad():
    for first in range(0, len(places), batch_size):
        batch = places[first : first + batch_size]
        images = []
        for x, y in batch:
            size = tile * downsample
            region = slide.read_region((x * downsample, y * downsample), 0, (size, size)).convert("RGB")
            small = cv2.resize(np.asarray(region), (tile, tile), interpolation=cv2.INTER_AREA)
            images.append(((small / np.float32(255) - mean) / std).transpose(2, 0, 1))
        inputs = torch.from_numpy(np.stack(images)).to(memory_format=torch.channels_last)
        answers = sum(back(torch.sigmoid(model(view(inputs)))) for view, back in symmetries[:views]) / views
        answers = answers.numpy()[:, 0]
        for (x, y), answer in zip(batch, answers):
            total[y : y + tile, x : x + tile] += weight * answer
            weights[y : y + tile, x : x + tile] += weight
total /= weights
del weights
probability = cv2.resize(total, (width, height), interpolation=cv2.INTER_LINEAR)
mask = (probability >= card["threshold"]).astype(np.uint8)
del probability
Path(out).mkdir(parents=True, exist_ok=True)
cv2.imwrite(str(Path(out) / "mask.tif"), mask * 255, [cv2.IMWRITE_TIFF_COMPRESSION, 8])
(Path(out) / "submission.csv").write_text(f"id,predicted\n{Path(slide_path).stem},{rle(mask)}\n")
