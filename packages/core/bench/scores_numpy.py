"""Dice and matched objects of two run-length codes with NumPy and SciPy, timed: reads `side` and two files, prints JSON."""
import json
import resource
import sys
import time

import numpy as np
from scipy.ndimage import label


def rle_decode(code, side):
    numbers = np.asarray(code.split(), dtype=np.int64)
    pixels = np.zeros(side * side, dtype=np.uint8)
    for start, length in zip(numbers[0::2] - 1, numbers[1::2]):
        pixels[start : start + length] = 1
    return pixels.reshape(side, side)


side = int(sys.argv[1])
codes = [open(path).read() for path in sys.argv[2:4]]
began = time.perf_counter()
truth, prediction = [rle_decode(code, side) for code in codes]
decoded = time.perf_counter()
score = 2 * np.count_nonzero(truth & prediction) / (np.count_nonzero(truth) + np.count_nonzero(prediction))
scored = time.perf_counter()
actual, count = label(truth, np.ones((3, 3)))
predicted, _ = label(prediction, np.ones((3, 3)))
both = (actual > 0) & (predicted > 0)
pairs, shared = np.unique(predicted[both].astype(np.int64) * (count + 1) + actual[both], return_counts=True)
p, t = pairs // (count + 1), pairs % (count + 1)
union = np.bincount(predicted.ravel())[p] + np.bincount(actual.ravel())[t] - shared
true_positives = int(np.count_nonzero(shared / union > 0.5))
matched = time.perf_counter()
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
times = {"decode": decoded - began, "dice": scored - decoded, "objects": matched - scored}
print(json.dumps({**times, "score": float(score), "truePositives": true_positives, "megabytes": megabytes}))
