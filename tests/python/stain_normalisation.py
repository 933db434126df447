"""Stain normalisation once more, in NumPy: statistics and pictures of a fixture by Reinhard (2001) and Macenko (2009).

Reads JSON on standard input: {"width", "height", "pixels": base64 of RGB, "target": {"reinhard": ..., "macenko": ...}}, and writes the
statistics of the picture by both methods and the picture with the target's colours (base64).
"""
import base64
import json
import sys

import numpy as np

RGB_TO_LMS = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
LMS_TO_LAB = np.diag([3**-0.5, 6**-0.5, 2**-0.5]) @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]])


def saturation(rgb):
    most, least = rgb.max(axis=-1), rgb.min(axis=-1)
    return np.where(most == 0, 0, 255 * (most - least) / np.maximum(most, 1))


def to_lab(rgb):
    return np.log(np.maximum(rgb, 1) @ RGB_TO_LMS.T) @ LMS_TO_LAB.T


def from_lab(lab):
    return np.exp(lab @ np.linalg.inv(LMS_TO_LAB).T) @ np.linalg.inv(RGB_TO_LMS).T


def as_bytes(values):
    return np.floor(np.clip(values, 0, 255) + 0.5).astype(np.uint8)


def reinhard(picture, target):
    stained = picture[saturation(picture) > 40]
    lab = to_lab(stained)
    mean, std = lab.mean(axis=0), lab.std(axis=0)
    changed = from_lab((to_lab(picture) - mean) / std * np.array(target["std"]) + np.array(target["mean"]))
    weight = np.minimum(saturation(picture) / 40, 1)[..., None]
    return {"mean": mean.tolist(), "std": std.tolist()}, as_bytes(picture + weight * (changed - picture))


def macenko(picture, target):
    density = lambda rgb: -np.log((rgb + 1) / 240)
    stained = density(picture[saturation(picture) > 40])
    stained = stained[np.all(stained >= 0.15, axis=1)]
    _, vectors = np.linalg.eigh(np.cov(stained.T))
    plane = vectors[:, [2, 1]]
    if plane[:, 0].sum() < 0:
        plane[:, 0] *= -1
    angles = np.arctan2(stained @ plane[:, 1], stained @ plane[:, 0])
    low, high = np.percentile(angles, [1, 99])
    ends = [plane @ np.array([np.cos(angle), np.sin(angle)]) for angle in (low, high)]
    ends.sort(key=lambda vector: -vector[0])
    stains = np.array(ends).T
    amounts = np.percentile(np.linalg.lstsq(stains, stained.T, rcond=None)[0], 99, axis=1)
    found = np.linalg.lstsq(stains, density(picture.reshape(-1, 3)).T, rcond=None)[0]
    scaled = found / amounts[:, None] * np.array(target["amounts"])[:, None]
    out = 240 * np.exp(-(np.array(target["vectors"]).T @ scaled))
    return {"vectors": stains.T.tolist(), "amounts": amounts.tolist()}, as_bytes(out.T.reshape(picture.shape))


def main():
    job = json.load(sys.stdin)
    raw = np.frombuffer(base64.b64decode(job["pixels"]), dtype=np.uint8)
    picture = raw.reshape(job["height"], job["width"], 3).astype(np.float64)
    result = {}
    for name, method in (("reinhard", reinhard), ("macenko", macenko)):
        statistics, pixels = method(picture, job["target"][name])
        result[name] = {"statistics": statistics, "pixels": base64.b64encode(pixels.tobytes()).decode()}
    json.dump(result, sys.stdout)


main()
