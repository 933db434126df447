"""Writes an uncompressed planar striped BigTIFF like HuBMAP's, textured like tissue: make_slides.py SIDE OUT."""

import sys

import numpy
import tifffile

side, path = int(sys.argv[1]), sys.argv[2]
random = numpy.random.default_rng(7)
y, x = numpy.mgrid[0:1024, 0:1024]
tile = [
    numpy.clip(
        170 + 30 * c + 40 * numpy.sin(x / (11 + 2 * c)) * numpy.cos(y / (13 + c)) + random.normal(0, 9, x.shape), 0, 255
    ).astype(numpy.uint8)
    for c in range(3)
]


def planes():
    repeats = -(-side // 1024)
    for plane in tile:
        yield numpy.tile(plane, (repeats, repeats))[:side, :side]


with tifffile.TiffWriter(path, bigtiff=True) as out:
    out.write(
        numpy.stack(list(planes())),
        photometric="rgb",
        planarconfig="separate",
        rowsperstrip=1,
        metadata=None,
    )
