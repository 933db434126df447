"""Reads windows with OpenSlide and prints milliseconds per window. Called by read.bench.mjs with one JSON argument."""

import concurrent.futures
import json
import sys
import time

import openslide

given = json.loads(sys.argv[1])
slide = openslide.OpenSlide(given["path"])
downsample, window = given["downsample"], given["window"]
level = slide.get_best_level_for_downsample(downsample * 1.001)
inner = downsample / slide.level_downsamples[level]
size = round(window * inner)


def read(job):
    region = slide.read_region((job["x"], job["y"]), level, (size, size)).convert("RGB")
    if size != window:
        region = region.reduce(round(inner))
    return region.getpixel((0, 0))


began = time.perf_counter()
if given["readers"] == 1:
    for job in given["jobs"]:
        read(job)
else:
    with concurrent.futures.ThreadPoolExecutor(given["readers"]) as pool:
        list(pool.map(read, given["jobs"]))
print(1000 * (time.perf_counter() - began) / len(given["jobs"]))
