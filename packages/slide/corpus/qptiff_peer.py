"""Says as JSON what tifffile finds in a QPTIFF: size and SHA-256 of the RGB of every level and picture, and the scale. Called by scanners.mjs."""

import hashlib
import json
import sys

import tifffile


def digest(pixels):
    height, width, _ = pixels.shape
    return f"{width} x {height} {hashlib.sha256(pixels.tobytes()).hexdigest()}"


with tifffile.TiffFile(sys.argv[1]) as file:
    slide, *others = file.series
    found = {"levels": [digest(level.asarray()) for level in slide.levels]}
    found.update({series.name: digest(series.asarray()) for series in others})
    tags = file.pages[0].tags
    assert tags["ResolutionUnit"].value == 3
    numerator, denominator = tags["XResolution"].value
    found["microns"] = 1e4 * denominator / numerator
    print(json.dumps(found))
