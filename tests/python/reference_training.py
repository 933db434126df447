"""Recomputes the training of the published solution (RobinSmits/KaggleHuBMAP) by its behaviour, with NumPy and OpenCV alone.

python3 reference_training.py FOLDER reads FOLDER/input.json and the PNGs that it names, and writes FOLDER/expected.json,
FOLDER/images.npy (tiles x side x side x 3, float32, 0..1) and FOLDER/masks.npy (tiles x side x side, float32, 0..1).
packages/train/tests/reference-training.test.ts compares ours with them; nothing here knows our code.
"""
import json
import sys
from pathlib import Path

import cv2
import numpy as np


def windows(shape, window):
    """Whole windows only, row by row: the right and bottom remainders are dropped."""
    rows, columns = shape[0] // window, shape[1] // window
    return [(row * window, column * window) for row in range(rows) for column in range(columns)]


def shrink(tile, side):
    """Two-tap bilinear with half-pixel centres and without antialiasing, as tf.image.resize and OpenCV's INTER_LINEAR."""
    return cv2.resize(tile.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)


def cut(folder, slides, window, side):
    """Tiles of the slides in the order of their names: place, labelled pixels at level 0, picture, fractional mask."""
    tiles = []
    for slide in sorted(slides, key=lambda entry: entry["id"]):
        picture = cv2.cvtColor(cv2.imread(str(folder / slide["image"]), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        mask = (cv2.imread(str(folder / slide["mask"]), cv2.IMREAD_GRAYSCALE) > 0).astype(np.uint8)
        for top, left in windows(mask.shape, window):
            part = mask[top : top + window, left : left + window]
            image = picture[top : top + window, left : left + window].astype(np.float32) / np.float32(255)
            tiles.append((slide["id"], left, top, int(np.count_nonzero(part)), shrink(image, side), shrink(part, side)))
    return tiles


def quantile_bins(values, q):
    """pandas.qcut(values, q, labels=False) as pandas 1.2 computes it, but equal edges are merged instead of refused."""
    ordered = np.sort(np.asarray(values, float))
    edges = []
    for share in np.linspace(0, 1, q + 1):
        at = share * (len(ordered) - 1)
        low = int(at)
        part = at % 1
        edges.append(ordered[low] if part == 0 else ordered[low] + (ordered[low + 1] - ordered[low]) * part)
    edges = np.unique(edges)
    # The first bin includes the least value.
    return np.maximum(np.searchsorted(edges, values, side="left"), 1) - 1


def density_bins(densities, q):
    """0 for a tile without objects, else 1 + its bin among those with objects."""
    densities = np.asarray(densities)
    labels = np.zeros(len(densities), int)
    labels[densities > 0] = 1 + quantile_bins(densities[densities > 0], q)
    return labels


def stratified_folds(labels, folds, seed):
    """StratifiedKFold(folds, shuffle=True, random_state=seed) of scikit-learn: the fold that holds each sample out."""
    random = np.random.RandomState(seed)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    encoded = rank[inverse]
    ordered = np.sort(encoded)
    count = len(first)
    allocation = np.array([np.bincount(ordered[fold::folds], minlength=count) for fold in range(folds)])
    held = np.empty(len(labels), int)
    for one in range(count):
        of_class = np.arange(folds).repeat(allocation[:, one])
        random.shuffle(of_class)
        held[encoded == one] = of_class
    return held


def epoch_counts(pools, batch):
    """Tiles with and without objects that an epoch sees of each source, and the steps of an epoch.

    pools: for each source the labelled pixels of its tiles, and the shares of those with and without."""
    counts = []
    for densities, shares in pools:
        positive = sum(density > 0 for density in densities)
        counts.append([int(positive * shares[0]), int((len(densities) - positive) * shares[1])])
    return {"counts": counts, "steps": sum(map(sum, counts)) // batch}


def rate(epoch, peak):
    warm = [0.15, 0.30, 0.45, 0.60, 0.75, 0.90]
    if epoch < len(warm):
        return warm[epoch] * peak
    return peak if epoch < 25 else 0.8 * peak if epoch < 35 else 0.6 * peak


def losses(logits, target, epsilon=1e-7, alpha=0.25, gamma=2.0, smooth=1e-5):
    """segmentation_models 1.0.1: 0.5 BCE + 0.25 Dice + 0.25 binary focal. Keras takes the BCE of a sigmoid from its logits."""
    z, t = np.asarray(logits, np.float64), np.asarray(target, np.float64)
    p = 1 / (1 + np.exp(-z))
    bce = np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z))))
    dice = 1 - (2 * np.sum(t * p) + smooth) / (np.sum(t) + np.sum(p) + smooth)
    c = np.clip(p, epsilon, 1 - epsilon)
    positive = -t * alpha * (1 - c) ** gamma * np.log(c)
    negative = -(1 - t) * (1 - alpha) * c**gamma * np.log(1 - c)
    focal = np.mean(positive + negative)
    return {"bce": bce, "dice": dice, "focal": focal, "total": 0.5 * bce + 0.25 * dice + 0.25 * focal}


def adam(start, gradients, rates, beta1=0.9, beta2=0.999, epsilon=1e-7):
    """Keras' Adam: epsilon is added to the root of the uncorrected mean of squares. The vector after each step."""
    value = np.asarray(start, np.float64)
    mean, square = np.zeros_like(value), np.zeros_like(value)
    path = []
    for step, (gradient, lr) in enumerate(zip(np.asarray(gradients, np.float64), rates), 1):
        mean += (gradient - mean) * (1 - beta1)
        square += (gradient**2 - square) * (1 - beta2)
        alpha = lr * np.sqrt(1 - beta2**step) / (1 - beta1**step)
        value = value - alpha * mean / (np.sqrt(square) + epsilon)
        path.append(value.tolist())
    return path


def validation(probabilities, targets, batch, smooth=1e-10):
    """Whole batches in order; both sides of Dice above 0.5; accuracy counts targets that equal the decision exactly."""
    p, t = np.asarray(probabilities, np.float32), np.asarray(targets, np.float32)
    dice, right = [], []
    for first in range(0, len(p) // batch * batch, batch):
        found = (p[first : first + batch] > 0.5).astype(np.float64)
        wanted = t[first : first + batch]
        labelled = (wanted > 0.5).astype(np.float64)
        dice.append((2 * np.sum(found * labelled) + smooth) / (np.sum(found) + np.sum(labelled) + smooth))
        right.append(np.mean(wanted == found))
    return {"batches": len(dice), "dice": float(np.mean(dice)), "accuracy": float(np.mean(right))}


def main(folder):
    given = json.loads((folder / "input.json").read_text())
    tiles = cut(folder, given["slides"], given["window"], given["side"])
    densities = [tile[3] for tile in tiles]
    bins = density_bins(densities, given["quantiles"])
    held = stratified_folds(bins, given["folds"], given["seed"])
    others = [
        ([tile[3] for tile in cut(folder, source["slides"], given["window"], given["side"])], source["shares"])
        for source in given["sources"]
    ]
    epochs = [
        epoch_counts([([d for d, of in zip(densities, held) if of != fold], given["shares"]), *others], given["batch"])
        for fold in range(given["folds"])
    ]
    expected = {
        "tiles": [{"slide": slide, "x": left, "y": top, "density": density} for slide, left, top, density, _, _ in tiles],
        "bins": bins.tolist(),
        "folds": held.tolist(),
        "epochs": epochs,
        "rates": [rate(epoch, given["rate"]) for epoch in range(40)],
        "loss": losses(given["logits"], given["targets"]),
        "adam": adam(given["start"], given["gradients"], given["rates"]),
        "validation": validation(given["probabilities"], given["validationTargets"], given["batch"]),
    }
    np.save(folder / "images.npy", np.stack([tile[4] for tile in tiles]))
    np.save(folder / "masks.npy", np.stack([tile[5] for tile in tiles]))
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
