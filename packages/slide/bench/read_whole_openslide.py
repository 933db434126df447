"""Reads a whole slide in bands at a downsample with OpenSlide and prints milliseconds. Called by formats.bench.mjs with a path and a downsample."""

import sys
import time

import openslide

path, downsample = sys.argv[1], float(sys.argv[2])
slide = openslide.OpenSlide(path)
level = slide.get_best_level_for_downsample(downsample * 1.001)
inner = round(downsample / slide.level_downsamples[level])
width, height = slide.level_dimensions[level]
ROWS = 1024
began = time.perf_counter()
for top in range(0, height, ROWS):
    rows = min(ROWS, height - top)
    band = slide.read_region((0, round(top * slide.level_downsamples[level])), level, (width, rows)).convert("RGB")
    if inner > 1:
        band = band.reduce(inner)
    band.getpixel((0, 0))
print(1000 * (time.perf_counter() - began))
