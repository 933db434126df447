"""Writes OME-Zarr with python3-zarr and reads ours with it. Called by zarr.mjs.

    zarr_peer.py write FOLDER    every compressor, type, order and separator: NAME.zarr and its RGB beside it, NAME.raw
    zarr_peer.py read FOLDER     compares each NAME.zarr with NAME.raw and prints the names of those that differ
"""

import json
import pathlib
import sys

import numcodecs
import numpy
import zarr

numcodecs.blosc.use_threads = False
WIDTH, HEIGHT = 1111, 733
COLOURS = ["FF0000", "00FF00", "0000FF"]


def picture(seed):
    """Smooth tissue with noise: neither one nor the other compressor finds it trivial."""
    rng = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [128 + 90 * numpy.sin(x / (17 + c) + seed) * numpy.cos(y / (23 - c)) for c in range(3)]
    return (numpy.stack(waves) + rng.integers(0, 20, (3, HEIGHT, WIDTH))).astype("u1")


def compressors():
    yield "none", None
    for name in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
        for shuffle in (0, 1, 2):
            yield f"blosc-{name}-{shuffle}", numcodecs.Blosc(cname=name, shuffle=shuffle)
    yield "zlib", numcodecs.Zlib()
    yield "gzip", numcodecs.GZip()
    yield "zstd", numcodecs.Zstd()
    yield "lz4", numcodecs.LZ4()


def write(folder):
    for number, (name, compressor) in enumerate(compressors()):
        for kind in ("|u1", "<u2", ">u2"):
            full = picture(number)
            order = "CF"[number % 2]
            separator = "./"[number % 3 % 2]
            store = zarr.DirectoryStore(str(folder / f"{name}{kind[0]}{kind[1:]}.zarr".replace("|", "").replace("<", "l").replace(">", "b")), dimension_separator=separator)
            group = zarr.group(store=store, overwrite=True)
            datasets = []
            for level in range(3):
                pixels = full[None, :, None, :: 2**level, :: 2**level]
                pixels = pixels[..., : HEIGHT // 2**level, : WIDTH // 2**level]
                stored = pixels.astype(kind) if kind == "|u1" else (pixels.astype(kind) * 256 + 99).astype(kind)
                chunks = (1, 1 + 2 * (number % 2), 1, 100 + number, 256)
                group.create_dataset(str(level), data=stored, chunks=chunks, compressor=compressor, order=order, fill_value=0)
                scale = [1, 1, 1, 0.5 * 2**level, 0.5 * 2**level]
                datasets.append({"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": scale}]})
            axes = [{"name": axis, **({"unit": "micrometer"} if axis in "zyx" else {})} for axis in "tczyx"]
            group.attrs["multiscales"] = [{"version": "0.4", "axes": axes, "datasets": datasets}]
            group.attrs["omero"] = {"channels": [{"color": colour} for colour in COLOURS]}
            raw = [full[:, :: 2**level, :: 2**level][:, : HEIGHT // 2**level, : WIDTH // 2**level] for level in range(3)]
            path = pathlib.Path(str(store.path)).with_suffix(".raw")
            path.write_bytes(b"".join(numpy.ascontiguousarray(part.transpose(1, 2, 0)).tobytes() for part in raw))


def read(folder):
    different = []
    for path in sorted(folder.glob("*.zarr")):
        group = zarr.open(str(path), mode="r")
        stated = group.attrs["multiscales"][0]
        axes = [axis["name"] for axis in stated["axes"]]
        raw = numpy.fromfile(path.with_suffix(".raw"), dtype="u1")
        at = 0
        for dataset in stated["datasets"]:
            array = group[dataset["path"]]
            values = array[:]
            for axis in "tz":
                if axis in axes:
                    index = axes.index(axis)
                    values = values.take([values.shape[index] // 2 if axis == "z" else 0], axis=index)
            values = values.transpose([axes.index(axis) for axis in "tzyxc" if axis in axes])
            values = (values >> 8 if values.dtype.itemsize == 2 else values).astype("u1").ravel()
            if not numpy.array_equal(values, raw[at : at + values.size]):
                different.append(path.name)
            at += values.size
    print(json.dumps(sorted(set(different))))


{"write": write, "read": read}[sys.argv[1]](pathlib.Path(sys.argv[2]))
