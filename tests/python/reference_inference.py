"""The published solution's inference, computed once more from what it does: windows, resizes, four views, means, threshold or DenseCRF, OR.

Run with Debian's python3, python3-numpy and python3-opencv: reference_inference.py SPECS.json
Each entry of the list SPECS names the picture (`image`), the side of a window and the overlap at level 0 (`window`, `overlap`), the side that a network sees (`resize`), `models`
(each a 3 x 3 convolution of RGB / 255: `weight` 1 x 3 x 3 x 3, `bias`), `threshold`, `crf` (whether DenseCRF takes its place), and the files to write:
`mask` (.npy, uint8), `near` (.npy, uint8: pixels of which some window's probability lies within 1e-5 of the threshold) and `code` (run lengths).
"""
import json
import sys

import cv2
import numpy as np


def starts(length, window, overlap):
    """Evenly spread by linspace; the last window ends where the picture does."""
    count = length // (window - overlap) + 1
    places = np.linspace(0, length, num=count, endpoint=False, dtype=np.int64)
    places[-1] = length - window
    return places


def bilinear(image, size):
    """tf.image.resize: half-pixel centres, two neighbours on each axis, no averaging; float32."""

    def taps(length):
        at = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(length / size) - np.float32(0.5)
        low = np.floor(at)
        share = (at - low).astype(np.float32)
        return np.clip(low, 0, length - 1).astype(int), np.clip(low + 1, 0, length - 1).astype(int), share

    top, bottom, down = taps(image.shape[0])
    left, right, across = taps(image.shape[1])
    down, across = down[:, None, None], across[None, :, None]
    above = image[top][:, left] * (1 - across) + image[top][:, right] * across
    below = image[bottom][:, left] * (1 - across) + image[bottom][:, right] * across
    return (above * (1 - down) + below * down).astype(np.float32)


def network(model, picture):
    """Sigmoid of a 3 x 3 cross-correlation over the zero-padded picture."""
    weight = np.asarray(model["weight"], np.float64)[0]
    padded = np.pad(picture.astype(np.float64), ((1, 1), (1, 1), (0, 0)))
    height, width, _ = picture.shape
    logit = np.full((height, width), model["bias"], np.float64)
    for dy in range(3):
        for dx in range(3):
            logit += padded[dy : dy + height, dx : dx + width] @ weight[:, dy, dx]
    return (1 / (1 + np.exp(-logit))).astype(np.float32)


def four_views(model, picture):
    upright = network(model, picture)
    mirrored = np.fliplr(network(model, np.fliplr(picture)))
    upside_down = np.flipud(network(model, np.flipud(picture)))
    transposed = network(model, picture.transpose(1, 0, 2)).T
    return (upright + mirrored + upside_down + transposed) / np.float32(4)


def dense_crf(probability, sxy=3.0, compat=3.0, iterations=5):
    """Mean field with one Gaussian kernel over all pairs of pixels, symmetrically normalised, Potts model.

    Returns 1 where the foreground's marginal is the greater one."""
    both = np.stack([probability, 1 - probability]).astype(np.float64)
    unary = -np.log(np.clip(both, 1e-5, 1.0))

    def gaussian(length):
        at = np.arange(length)
        return np.exp(-((at[:, None] - at[None, :]) ** 2) / (2 * sxy**2))

    rows, columns = gaussian(probability.shape[0]), gaussian(probability.shape[1])
    norm = 1 / np.sqrt(rows @ np.ones(probability.shape) @ columns)

    def softmax(energy):
        e = np.exp(energy - energy.max(0))
        return e / e.sum(0)

    q = softmax(-unary)
    for _ in range(iterations):
        message = np.stack([norm * (rows @ (norm * one) @ columns) for one in q])
        q = softmax(-unary + compat * message)
    return (q[0] > q[1]).astype(np.uint8)


def run_lengths(mask):
    """Kaggle's code: down each column, then to the right; starts count from 1. (The original zeroes the first and the last pixel; this does not.)"""
    pixels = np.concatenate([[0], mask.T.flatten(), [0]])
    edges = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    edges[1::2] -= edges[::2]
    return " ".join(map(str, edges))


def main(spec):
    image = cv2.imread(spec["image"], cv2.IMREAD_COLOR)[:, :, ::-1]
    window, size, threshold = spec["window"], spec["resize"], spec["threshold"]
    votes = np.zeros(image.shape[:2], np.uint8)
    near = np.zeros(image.shape[:2], np.uint8)
    for y in starts(image.shape[0], window, spec["overlap"]):
        for x in starts(image.shape[1], window, spec["overlap"]):
            part = slice(y, y + window), slice(x, x + window)
            picture = bilinear(image[part] / np.float32(255), size)
            probability = sum(four_views(model, picture) for model in spec["models"]) / np.float32(len(spec["models"]))
            if spec["crf"]:
                small = dense_crf(probability)
                votes[part] += (cv2.resize(small, (window, window), interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
                continue
            large = cv2.resize(probability, (window, window), interpolation=cv2.INTER_AREA)
            votes[part] += (large > np.float32(threshold)).astype(np.uint8)
            near[part] |= (np.abs(large - threshold) < 1e-5).astype(np.uint8)
    mask = (votes > 0.5).astype(np.uint8)
    np.save(spec["mask"], mask)
    np.save(spec["near"], near)
    with open(spec["code"], "w") as file:
        file.write(run_lengths(mask))


if __name__ == "__main__":
    with open(sys.argv[1]) as text:
        for one in json.load(text):
            main(one)
