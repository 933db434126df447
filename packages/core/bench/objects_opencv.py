"""Objects of a mask with OpenCV, timed: reads polygons (JSON: a list of rings of points) and the side, prints JSON."""
import json
import resource
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)
side = int(sys.argv[1])
rings = [np.array(ring, dtype=np.float64) for ring in json.load(open(sys.argv[2]))]
seconds = {}


def timed(name, work):
    began = time.perf_counter()
    result = work()
    seconds[name] = time.perf_counter() - began
    return result


def fill():
    mask = np.zeros((side, side), np.uint8)
    cv2.fillPoly(mask, [np.rint(ring).astype(np.int32) for ring in rings], 1)
    return mask


mask = timed("fill", fill)
count = timed("objects", lambda: cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S))[0]
contours = timed("outlines", lambda: cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE))[0]
both = timed("union", lambda: mask | mask[:, ::-1])
timed("overlap", lambda: (np.count_nonzero(mask & both), np.count_nonzero(mask), np.count_nonzero(both)))
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "objects": count - 1, "contours": len(contours), "megabytes": megabytes}))
