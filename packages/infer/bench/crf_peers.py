"""The CRF elsewhere, timed: NumPy with OpenCV's separable filter, and pydensecrf where it is installed. One thread.

Says which peers there are, then answers each line `peer kernel probability.npy [image.npy]` with the seconds of processor time it took.
"""
import json
import sys
import time

import cv2
import numpy as np

try:
    import pydensecrf.densecrf as densecrf
except ImportError:
    densecrf = None

cv2.setNumThreads(1)
SXY, COMPAT, ITERATIONS = 3, 3, 5
RADIUS = 4 * SXY


def opencv(p, _image):
    """The exact Gaussian of `reference`: the difference of both labels, filtered along rows and columns."""
    taps = np.exp(-0.5 * (np.arange(-RADIUS, RADIUS + 1, dtype=np.float32) / SXY) ** 2)
    blur = lambda a: cv2.sepFilter2D(a, -1, taps, taps, borderType=cv2.BORDER_CONSTANT)
    n = 1 / np.sqrt(blur(np.ones_like(p)))
    unary = np.log(np.clip(p, 1e-5, 1)) - np.log(np.clip(1 - p, 1e-5, 1))
    z = unary
    for _ in range(ITERATIONS):
        z = unary + COMPAT * n * blur(n * np.tanh(z / 2))
    return 1 / (1 + np.exp(-z))


def reference(p, image):
    height, width = p.shape
    crf = densecrf.DenseCRF2D(width, height, 2)
    unary = -np.log(np.clip(np.stack([p, 1 - p]), 1e-5, 1)).reshape(2, -1).astype(np.float32)
    crf.setUnaryEnergy(np.ascontiguousarray(unary))
    crf.addPairwiseGaussian(sxy=SXY, compat=COMPAT)
    if image is not None:
        crf.addPairwiseBilateral(sxy=40, srgb=13, rgbim=image, compat=4)
    return np.array(crf.inference(ITERATIONS))[0].reshape(height, width)


peers = {"OpenCV + NumPy": opencv} | ({"pydensecrf": reference} if densecrf else {})
print(json.dumps(list(peers)), flush=True)
for line in sys.stdin:
    peer, probability, image = json.loads(line)
    p = np.load(probability)
    pixels = None if image is None else np.load(image)
    began = time.process_time()
    peers[peer](p, pixels)
    print(json.dumps(time.process_time() - began), flush=True)
