"""The usual NumPy run-length code of Kaggle notebooks, timed: reads `side` and the code of a mask from a file, prints JSON."""
import json
import resource
import sys
import time

import numpy as np


def rle_encode(mask):
    pixels = mask.T.flatten()
    pixels = np.concatenate([[0], pixels, [0]])
    runs = np.where(pixels[1:] != pixels[:-1])[0] + 1
    runs[1::2] -= runs[::2]
    return " ".join(str(x) for x in runs)


def rle_decode(code, shape):
    numbers = np.asarray(code.split(), dtype=np.int64)
    starts, lengths = numbers[0::2] - 1, numbers[1::2]
    pixels = np.zeros(shape[0] * shape[1], dtype=np.uint8)
    for start, length in zip(starts, lengths):
        pixels[start : start + length] = 1
    return pixels.reshape(shape).T


side = int(sys.argv[1])
code = open(sys.argv[2]).read()
began = time.perf_counter()
mask = np.ascontiguousarray(rle_decode(code, (side, side)))
decoded = time.perf_counter()
again = rle_encode(mask)
encoded = time.perf_counter()
assert again == code
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"decode": decoded - began, "encode": encoded - decoded, "megabytes": megabytes}))
